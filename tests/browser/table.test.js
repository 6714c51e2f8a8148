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
const rows = (page) => page.getByRole("grid").locator("tr[data-id]");

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

test("a long table is scrolled to its end with few elements, and its place stays through a record", async (t) => {
  const { page, user } = await on.signedIn(t);
  for (let part = 0; part < 10; part += 1) {
    const tasks = Array.from({ length: 1_000 }, (_, at) => ({ ...TASK, title: `Task no. ${part * 1_000 + at + 1}` }));
    await user.api("POST", "/api/tasks", tasks);
  }
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  await rows(page).first().getByText("Task no. 10000", { exact: true }).waitFor();
  const grid = page.getByRole("grid");
  assert.equal(await grid.getAttribute("aria-rowcount"), "10001");
  const most = await page.locator("hearth-grid").evaluate(async (grid) => {
    let most = 0;
    for (let top = 0; top < grid.scrollHeight; top += 9_000) {
      grid.scrollTop = top;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      most = Math.max(most, grid.querySelectorAll("*").length);
    }
    grid.scrollTop = grid.scrollHeight;
    return most;
  });
  assert.ok(most < 4_000, `${most} elements`);
  await rows(page).last().getByText("Task no. 1", { exact: true }).waitFor();
  const top = () => page.locator("hearth-grid").evaluate((grid) => grid.scrollTop);
  const before = await top();
  await rows(page).last().getByRole("link").first().click();
  await drawer(page).getByRole("button", { name: "Close" }).first().click();
  await drawer(page).waitFor({ state: "detached" });
  assert.equal(await top(), before);
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
        [...document.querySelectorAll("tr[data-id] td[data-name=title]")].map((cell) => cell.textContent).join("") === expected,
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
  await page.getByRole("heading", { name: "Task 999999", exact: true }).waitFor();
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
