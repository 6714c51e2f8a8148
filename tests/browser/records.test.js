/** What is done in and over a model's table: filters, columns, views, edits in place, many at once. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { drawer, stage } from "./support/browser.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

/** @param {import("playwright-core").Page} page */
const rows = (page) => page.getByRole("grid").locator("tr[data-id]");
/** @param {import("playwright-core").Page} page @param {string} name */
const cells = (page, name) => page.locator(`tr[data-id] td[data-name=${name}]`);
/** @param {import("playwright-core").Page} page @param {number} count */
const shows = (page, count) =>
  page.waitForFunction((count) => document.querySelectorAll("tr[data-id]").length === count, count);

/** A user with three tasks, at their table. @param {import("node:test").TestContext} t */
async function atTasks(t) {
  const { page, user, context } = await on.signedIn(t);
  const made = await user.api("POST", "/api/tasks", [
    { title: "First", status: "open", urgent: false, priority: 1 },
    { title: "Second", status: "doing", urgent: true, priority: 2 },
    { title: "Third", status: "done", urgent: false, priority: 3 },
  ]);
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  await shows(page, 3);
  return { page, user, context, items: made.items };
}

test("filters are suggested, add up, stand in the address, and are taken away", async (t) => {
  const { page } = await atTasks(t);
  await page.keyboard.press("/");
  await page.keyboard.type("stat");
  await page.getByRole("option", { name: /^status/ }).click();
  await page.getByRole("option", { name: /^open/ }).click();
  await shows(page, 1);
  await page.getByLabel("Filter by a field").fill("status: doing");
  await page.keyboard.press("Enter");
  await shows(page, 2);
  assert.match(page.url(), /f\.status=open&f\.status=doing/);
  await page.reload();
  await shows(page, 2);
  await page.getByLabel("Filter by a field").fill("status: gone");
  await page.keyboard.press("Enter");
  await page.getByText("status is one of open, doing, done").waitFor();
  await page.getByRole("button", { name: "Remove the filter status: open" }).click();
  await shows(page, 1);
  assert.equal(await cells(page, "title").innerText(), "Second");
  await page.getByRole("button", { name: "Clear" }).first().click();
  await shows(page, 3);
});

test("columns are chosen, and a view keeps them with its filters over a reload", async (t) => {
  const { page } = await atTasks(t);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "priority" }).uncheck();
  assert.equal(await page.getByRole("columnheader", { name: "priority" }).count(), 0);
  await page.keyboard.press("Escape");
  await page.getByLabel("Filter by a field").fill("urgent: true");
  await page.keyboard.press("Enter");
  await shows(page, 1);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Name of the view").fill("Urgent ones");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByRole("button", { name: "Clear" }).first().click();
  await shows(page, 3);
  await page.reload();
  await shows(page, 3);
  assert.equal(await page.getByRole("columnheader", { name: "priority" }).count(), 1);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("button", { name: "Urgent ones", exact: true }).click();
  await shows(page, 1);
  assert.equal(await page.getByRole("columnheader", { name: "priority" }).count(), 0);
});

test("a cell is edited in its place by the keyboard, and a refusal keeps what was typed", async (t) => {
  const { page, user, items } = await atTasks(t);
  await rows(page).first().locator("td[data-name=priority]").focus();
  await page.keyboard.press("F2");
  await page.keyboard.type("9");
  await page.keyboard.press("Enter");
  await page.locator(".cell-fault:not([hidden])").waitFor();
  assert.equal(await page.locator(".editing input").inputValue(), "9");
  await page.locator(".editing input").fill("5");
  const sent = page.waitForRequest((request) => request.method() === "PUT");
  await page.keyboard.press("Enter");
  assert.ok((await sent).headers()["if-match"]);
  assert.deepEqual((await sent).postDataJSON(), { priority: 5 });
  await page.waitForFunction(() => document.activeElement?.getAttribute("data-name") === "priority");
  assert.equal(await cells(page, "priority").first().innerText(), "5");
  assert.equal((await user.api("GET", `/api/tasks/${items[2].id}`)).item.priority, 5);
  await page.keyboard.press("F2");
  await page.keyboard.type("4");
  await page.keyboard.press("Escape");
  assert.equal(await cells(page, "priority").first().innerText(), "5");
});

test("an edit in place over somebody else's opens both versions, and loses neither", async (t) => {
  const { page, user, items } = await atTasks(t);
  const path = `/api/tasks/${items[0].id}`;
  await rows(page).last().locator("td[data-name=title]").hover();
  await page.getByRole("button", { name: "Edit here" }).click();
  await page.locator(".editing input, .editing textarea").fill("Mine");
  // The table is live: what others change before one begins is seen, and no conflict.
  await user.api("PUT", path, { title: "Theirs" });
  await page.keyboard.press("Enter");
  const row = drawer(page).getByRole("region", { name: "Both versions" }).getByRole("row", { name: /^title/ });
  await row.waitFor();
  assert.match(await row.innerText(), /Theirs\s+Mine/);
  assert.equal((await user.api("GET", path)).item.title, "Theirs");
  await drawer(page).getByRole("button", { name: "Save mine over it" }).click();
  await page.getByText(/Saved task/).waitFor();
  assert.equal((await user.api("GET", path)).item.title, "Mine");
});

test("many are selected and deleted, and Undo leaves them as they were", async (t) => {
  const { page, user } = await atTasks(t);
  await rows(page).first().locator("td[data-name=title]").focus();
  await page.keyboard.press("Space");
  await rows(page).nth(1).getByRole("checkbox").check();
  await page.getByText("2 selected").waitFor();
  await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Deleted 2 tasks").waitFor();
  assert.equal(await page.locator("tr.gone").count(), 2);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await page.locator("tr.gone").count(), 0);
  assert.equal((await user.api("GET", "/api/tasks")).items.length, 3);

  await rows(page).nth(0).getByRole("checkbox").check();
  await rows(page).nth(2).getByRole("checkbox").click({ modifiers: ["Shift"] });
  await page.getByText("3 selected").waitFor();
  await page.keyboard.press("Delete");
  await page.getByText("Deleted 3 tasks").waitFor();
  const deleted = page.waitForResponse((response) => response.request().method() === "DELETE", { timeout: 20_000 });
  await deleted;
  await page.getByText("No tasks yet").waitFor();
  assert.equal((await user.api("GET", "/api/tasks")).items.length, 0);
});
