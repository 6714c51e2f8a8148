/** A model's table: pages, order, who may do what, and the keyboard. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { drawer, stage, tabTo } from "./support/browser.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

const TASK = { title: "Sweep the chimney", status: "open", urgent: false };
/** @param {import("playwright-core").Page} page */
const rows = (page) => page.getByRole("table").locator("tbody tr");

test("a record is deleted after a question, and not without", async (t) => {
  const { page, user } = await on.signedIn(t);
  const { item } = await user.api("POST", "/api/tasks", TASK);
  await page.goto(`${on.server.url}/console/#/models/tasks/${item.id}`);
  await drawer(page).getByRole("button", { name: "Delete" }).click();
  const ask = page.getByRole("alertdialog");
  await ask.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await user.api("GET", "/api/tasks")).items.length, 1);
  await drawer(page).getByRole("button", { name: "Delete" }).click();
  await ask.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No tasks yet").waitFor();
  assert.equal((await user.api("GET", "/api/tasks")).items.length, 0);
});

test("pages go forth and back, over a reload and through a record", async (t) => {
  const { page, user } = await on.signedIn(t);
  await user.api(
    "POST",
    "/api/tasks",
    Array.from({ length: 120 }, (_, at) => ({ ...TASK, title: `Task no. ${at + 1}` })),
  );
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  const range = page.locator(".range");
  const shows = (/** @type {string} */ text) =>
    page.waitForFunction((text) => document.querySelector(".range")?.textContent === text, text);
  await shows("1–50 of 120");
  await page.getByRole("button", { name: "Next" }).click();
  await shows("51–100 of 120");
  assert.match(await rows(page).first().innerText(), /Task no\. 70\b/);
  await page.reload();
  await shows("51–100 of 120");
  await rows(page).nth(2).getByRole("link").first().click();
  await drawer(page).getByRole("button", { name: "Close" }).first().click();
  await page.getByRole("button", { name: "Next" }).click();
  await shows("101–120 of 120");
  assert.equal(await page.getByRole("button", { name: "Next" }).getAttribute("aria-disabled"), "true");
  await page.getByRole("button", { name: "Previous" }).click();
  await shows("51–100 of 120");
  await page.getByRole("button", { name: "Previous" }).click();
  await shows("1–50 of 120");
  await page.goBack();
  await shows("51–100 of 120");
  await page.getByLabel("Rows of a page").selectOption("200");
  await shows("1–120 of 120");
  assert.equal(await range.count(), 1);
});

test("a column's head sorts by it, up, down, and not at all", async (t) => {
  const { page, user } = await on.signedIn(t);
  await user.api(
    "POST",
    "/api/tasks",
    ["b", "c", "a"].map((title) => ({ ...TASK, title })),
  );
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  const order = async (/** @type {string} */ expected) =>
    page.waitForFunction(
      (expected) =>
        [...document.querySelectorAll("tbody tr td:nth-child(2)")].map((cell) => cell.textContent).join("") === expected,
      expected,
    );
  const head = page.getByRole("columnheader", { name: "title" });
  await order("acb");
  await head.getByRole("button").click();
  await order("abc");
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  await head.getByRole("button").click();
  await order("cba");
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  await head.getByRole("button").click();
  await order("acb");
  assert.equal(await head.getAttribute("aria-sort"), null);
});

test("stored markup is text, and only http links are links", async (t) => {
  const { page, user } = await on.signedIn(t);
  const markup = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
  const { item } = await user
    .api("POST", "/api/tasks", { ...TASK, title: markup, notes: markup, tags: [markup], website: "javascript:window.broken=1" })
    .catch(() =>
      // A server that takes no such address is fine.
      user.api("POST", "/api/tasks", { ...TASK, title: markup, notes: markup, tags: [markup] }),
    );
  await page.goto(`${on.server.url}/console/#/models/tasks/${item.id}`);
  await drawer(page).getByLabel("title").waitFor();
  assert.equal(await drawer(page).getByLabel("title").inputValue(), markup);
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).broken), undefined);
  const links = await page.locator("a").evaluateAll((all) => all.map((link) => /** @type {HTMLAnchorElement} */ (link).protocol));
  assert.deepEqual([...new Set(links)], ["http:"]);
});

test("what one may read but not change is shown so", async (t) => {
  const author = await on.signedIn(t);
  const { item } = await author.user.api("POST", "/api/log_entries", { text: "Mine to change" });
  const { page } = await on.signedIn(t, `#/models/log_entries/${item.id}`);
  await drawer(page).getByText("Mine to change").or(drawer(page).getByLabel("text")).first().waitFor();
  assert.equal(await drawer(page).getByLabel("text").isDisabled(), true);
  assert.equal(await drawer(page).getByRole("button", { name: "Save" }).count(), 0);
});

test("another's record and a missing one look the same", async (t) => {
  const author = await on.signedIn(t);
  const { item } = await author.user.api("POST", "/api/tasks", TASK);
  const { page } = await on.signedIn(t, `#/models/tasks/${item.id}`);
  const text = async () => (await drawer(page).locator(".notice").innerText()).trim();
  await drawer(page).getByText("Task not found").waitFor();
  const foreign = await text();
  await page.goto(`${on.server.url}/console/#/models/tasks/999999`);
  await page.getByRole("heading", { name: "Task 999999" }).waitFor();
  await drawer(page).getByText("Task not found").waitFor();
  assert.equal(await text(), foreign);
});

test("a record is made by the keyboard alone", async (t) => {
  const { page, user } = await on.signedIn(t);
  await tabTo(page, "Tasks");
  await page.keyboard.press("Enter");
  await page.getByText("No tasks yet").waitFor();
  await tabTo(page, "New task");
  await page.keyboard.press("Enter");
  await drawer(page).getByLabel("title").waitFor();
  await page.keyboard.type("By hand");
  await tabTo(page, "status");
  await page.keyboard.type("open");
  await tabTo(page, "urgent");
  await page.keyboard.press("Space");
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Created task/).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "new-record");
  const { items } = await user.api("GET", "/api/tasks");
  assert.deepEqual(
    items.map((/** @type {any} */ { title, status, urgent }) => [title, status, urgent]),
    [["By hand", "open", true]],
  );
});
