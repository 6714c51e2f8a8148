/** A model's table and forms. */

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

test("a record is created by a form made from the schema, every kind of field in it", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/tasks");
  const project = (await user.api("POST", "/api/projects", { name: "Kitchen" })).item;
  await page.getByText("No tasks yet").waitFor();
  assert.match(await page.locator("pre").textContent(), /curl http.*\/api\/tasks[^]*"title"/);
  await page.getByRole("link", { name: "New task" }).first().click();

  const form = drawer(page);
  await form.getByLabel("title").fill("Paint the fence");
  await form.getByLabel("status").selectOption("doing");
  assert.equal(await form.getByLabel("priority").inputValue(), "3");
  await form.getByLabel("estimate").fill("1.5");
  await form.getByLabel("urgent").check();
  await form.getByLabel("due").fill("2026-12-24T18:30");
  await form.getByLabel("day").fill("2026-12-24");
  await form.getByLabel("contact").fill("kim@example.com");
  await form.getByLabel("website").fill("https://example.com/fence");
  await form.getByLabel("notes").fill("Two coats,\nnot one.");
  await form.getByLabel("tags").fill('["garden"]');
  await form.getByLabel("settings").fill('{"colour": {"name": "green"}}');
  await form.getByLabel("project").focus();
  await form.locator(`datalist option[value="${project.id}"]`).waitFor({ state: "attached" });
  await form.getByLabel("project").fill(String(project.id));
  await form.getByLabel("secret").fill("hunter2");
  await form.getByLabel("big").fill("9007199254740993");
  assert.equal(await form.getByLabel("score").count(), 0, "a read-only field is nobody's to fill in");
  await form.getByRole("button", { name: "Create" }).click();
  await page.getByText(/Created task/).waitFor();

  const text = await rows(page).first().innerText();
  for (const part of ["Paint the fence", "doing", "1.5", "true", "24 Dec 2026, 18:30", "9007199254740993", "Two coats, not one."]) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.doesNotMatch(text, /hunter2/);
  assert.equal(await rows(page).first().getByRole("link", { name: "https://example.com/fence" }).getAttribute("rel"), "noopener noreferrer");
  const { items } = await user.api("GET", "/api/tasks");
  assert.equal(items[0].due, "2026-12-24T17:30:00.000Z");
  assert.deepEqual(items[0].settings, { colour: { name: "green" } });
  assert.equal(items[0].project, project.id);
});

test("field errors stand at their fields, all at once, and nothing typed is lost", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/tasks/new");
  const form = drawer(page);
  await form.getByLabel("priority").fill("three");
  await form.getByLabel("settings").fill("{oops");
  await form.getByRole("button", { name: "Create" }).click();
  await form.getByText("This needs a whole number").waitFor();
  await form.getByText("This is not valid JSON").waitFor();

  await form.getByLabel("priority").fill("9");
  await form.getByLabel("settings").fill("{}");
  await form.getByLabel("contact").fill("nobody");
  await form.getByRole("button", { name: "Create" }).click();
  for (const name of ["title", "status", "priority", "contact"]) await form.locator(`[name=${name}][aria-invalid=true]`).waitFor();
  assert.equal(await form.getByLabel("title").evaluate((element) => element === document.activeElement), true);
  const described = (await form.getByLabel("priority").getAttribute("aria-describedby")) ?? "";
  assert.match(await page.locator(`#${described.split(" ")[0]}`).innerText(), /5/);
  assert.equal(await form.getByLabel("contact").inputValue(), "nobody");

  await form.getByLabel("title").fill("Now it fits");
  await form.getByLabel("status").selectOption("open");
  await form.getByLabel("priority").fill("5");
  await form.getByLabel("contact").fill("");
  await form.getByRole("button", { name: "Create" }).click();
  await page.getByText(/Created task/).waitFor();
  assert.equal((await user.api("GET", "/api/tasks")).items.length, 1);
});

test("a value that must be unique is refused at its field", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/projects/new");
  await user.api("POST", "/api/projects", { name: "Roof" });
  await drawer(page).getByLabel("name").fill("Roof");
  await page.keyboard.press("Enter");
  await drawer(page).locator("[name=name][aria-invalid=true], .notice.error").first().waitFor();
  assert.equal(await drawer(page).getByLabel("name").inputValue(), "Roof");
});

test("an edit sends only what was changed", async (t) => {
  const { page, user } = await on.signedIn(t);
  const { item } = await user.api("POST", "/api/tasks", { ...TASK, notes: "a\r\nb", secret: "s", due: "2026-11-25T12:34:56.789Z", big: 12 });
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  await rows(page).first().getByText(TASK.title).click();
  await drawer(page).getByLabel("title").fill("Sweep it well");
  const sent = page.waitForRequest((request) => request.method() === "PUT");
  await drawer(page).getByRole("button", { name: "Save" }).click();
  assert.deepEqual((await sent).postDataJSON(), { title: "Sweep it well" });
  await page.getByText(`Saved task ${item.id}`).waitFor();
  assert.match(await rows(page).first().innerText(), /Sweep it well/);
  await page.waitForFunction((id) => document.activeElement?.closest("tr")?.dataset["id"] === id, String(item.id));
});

test("who saves second is told, keeps what was typed, and chooses", async (t) => {
  const { page, user } = await on.signedIn(t);
  const { item } = await user.api("POST", "/api/tasks", TASK);
  const path = `/api/tasks/${item.id}`;
  await page.goto(`${on.server.url}/console/#/models/tasks/${item.id}`);
  await drawer(page).getByLabel("title").fill("Mine");
  await user.api("PUT", path, { title: "Theirs", priority: 5 });
  await drawer(page).getByRole("button", { name: "Save" }).click();
  await drawer(page).getByText("Somebody else saved this task meanwhile").waitFor();
  await drawer(page).getByText("They changed title and priority").waitFor();
  assert.equal(await drawer(page).getByLabel("title").inputValue(), "Mine");
  await drawer(page).getByRole("button", { name: "Save mine over it" }).click();
  await page.getByText(`Saved task ${item.id}`).waitFor();
  const after = (await user.api("GET", path)).item;
  assert.deepEqual([after.title, after.priority], ["Mine", 5]);

  await page.getByRole("link", { name: `Open ${item.id}` }).click();
  await drawer(page).getByLabel("title").fill("Mine again");
  await user.api("PUT", path, { title: "Theirs again" });
  await drawer(page).getByRole("button", { name: "Save" }).click();
  await drawer(page).getByRole("button", { name: "Reload" }).click();
  await page.waitForFunction(() => /** @type {HTMLInputElement | null} */ (document.querySelector("[name=title]"))?.value === "Theirs again");
});

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
  await user.api("POST", "/api/tasks", Array.from({ length: 120 }, (_, at) => ({ ...TASK, title: `Task no. ${at + 1}` })));
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  const range = page.locator(".range");
  const shows = (/** @type {string} */ text) => page.waitForFunction((text) => document.querySelector(".range")?.textContent === text, text);
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
  await user.api("POST", "/api/tasks", ["b", "c", "a"].map((title) => ({ ...TASK, title })));
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  const order = async (/** @type {string} */ expected) =>
    page.waitForFunction((expected) => [...document.querySelectorAll("tbody tr td:nth-child(2)")].map((cell) => cell.textContent).join("") === expected, expected);
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
  const { item } = await user.api("POST", "/api/tasks", { ...TASK, title: markup, notes: markup, tags: [markup], website: "javascript:window.broken=1" }).catch(() =>
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

test("a save that does not reach the server is tried again, and makes one record", async (t) => {
  const { page, context, user } = await on.signedIn(t, "#/models/projects/new");
  await drawer(page).getByLabel("name").fill("Cellar");
  await context.setOffline(true);
  await page.keyboard.press("Enter");
  await drawer(page).getByText("Hearth does not answer").waitFor();
  assert.equal(await drawer(page).getByLabel("name").inputValue(), "Cellar");
  await context.setOffline(false);
  await drawer(page).getByRole("button", { name: "Try again" }).click();
  await page.getByText(/Created project/).waitFor();
  assert.equal((await user.api("GET", "/api/projects")).items.length, 1);
});

test("a save whose answer is lost is tried again, and makes one record", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/projects/new");
  await drawer(page).getByLabel("name").fill("Attic");
  let lost = 0;
  await page.route("**/api/projects", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.fallback();
    lost += 1;
    await route.fetch();
    await route.abort();
  });
  await page.keyboard.press("Enter");
  await drawer(page).getByRole("button", { name: "Try again" }).click();
  await page.getByText(/Created project/).waitFor();
  assert.equal((await user.api("GET", "/api/projects")).items.length, 1);
});

test("a closed form has what was typed when it is opened again, and Cancel drops it", async (t) => {
  const { page } = await on.signedIn(t, "#/models/projects");
  const open = () => page.getByRole("link", { name: "New project" }).first().click();
  await open();
  await drawer(page).getByLabel("name").fill("Half an idea");
  await page.keyboard.press("Escape");
  await open();
  assert.equal(await drawer(page).getByLabel("name").inputValue(), "Half an idea");
  await drawer(page).getByRole("button", { name: "Cancel" }).click();
  await open();
  assert.equal(await drawer(page).getByLabel("name").inputValue(), "");
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
  assert.deepEqual(items.map((/** @type {any} */ { title, status, urgent }) => [title, status, urgent]), [["By hand", "open", true]]);
});
