/** Looking after the server: seeing as another user, the log as it comes, backups, and the history of a record. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { signIn, stage } from "./support/browser.js";
import { newUser } from "./support/server.js";

const ADMIN = { email: "root@example.com", password: "correct horse battery staple" };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {string} */
let root;
before(async () => {
  on = await stage();
  const body = JSON.stringify({ token: on.server.setupToken(), ...ADMIN });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${on.server.url}/api/auth/setup`, { method: "POST", body, headers });
  root = (await answer.json()).data.access_token;
});
after(() => on.close());

/** @param {import("node:test").TestContext} t @param {string} hash @param {import("playwright-core").BrowserContextOptions} [options] */
async function asAdmin(t, hash, options) {
  const { page } = await on.visitor(t, options);
  await page.goto(`${on.server.url}/console/${hash}`);
  await signIn(page, ADMIN);
  return page;
}

/** As the admin. @param {string} method @param {string} path @param {unknown} [body] */
async function asked(method, path, body) {
  const headers = { Authorization: `Bearer ${root}`, "Content-Type": "application/json" };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  return (await fetch(on.server.url + path, init)).json();
}

/** @param {import("playwright-core").Page} page @param {string} email */
async function seeAs(page, email) {
  await page.getByRole("searchbox", { name: "Search people" }).fill(email);
  await page.getByRole("button", { name: email }).click();
  await page.getByRole("dialog", { name: email }).getByRole("button", { name: "See as this user" }).click();
  const form = page.getByRole("dialog", { name: `See as ${email}` });
  await form.getByLabel("Reason").fill("ticket 7");
  await page.keyboard.press("Enter");
  return page.getByRole("region", { name: "Seeing as another user" });
}

test("an admin sees what a user sees, changes nothing, and is themselves again", async (t) => {
  const user = await newUser(on.server.url);
  await user.api("POST", "/api/projects", { name: "Only theirs" });
  await asked("POST", "/api/projects", { name: "The admin’s own" });
  const page = await asAdmin(t, "#/people");
  const banner = await seeAs(page, user.email);
  await banner.getByText(user.email).waitFor();
  await banner.getByText("15 min left").waitFor();
  await page.getByRole("link", { name: "Projects" }).first().click();
  await page.getByText("Only theirs").waitFor();
  assert.equal(await page.getByText("The admin’s own").count(), 0);
  assert.equal(await page.getByRole("navigation", { name: "Administration" }).count(), 0);
  assert.equal(await page.getByRole("link", { name: "New project" }).count(), 0);
  await page.goto(`${on.server.url}/console/#/executions/new`);
  await page.getByText("Nothing has run yet").waitFor();
  assert.equal(await page.getByText("Run a task").count() + (await page.getByRole("dialog").count()), 0);
  await page.goto(`${on.server.url}/console/#/account`);
  await page.getByText("This page is the user’s own").waitFor();
  await banner.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("table", { name: "People" }).waitFor();
  assert.equal(await banner.count(), 0);
  const { items } = await asked("GET", "/api/admin/audit?action=viewed_as");
  assert.equal(items[0].target_email, user.email);
  assert.equal(items[0].detail.reason, "ticket 7");
});

test("it ends by itself when the user may not be seen any more", async (t) => {
  const user = await newUser(on.server.url);
  const page = await asAdmin(t, "#/people", PHONE);
  const banner = await seeAs(page, user.email);
  await banner.getByText(user.email).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  const { items } = await asked("GET", `/api/admin/users?search=${encodeURIComponent(user.email)}`);
  await asked("PUT", `/api/admin/users/${items[0].id}`, { disabled: true });
  await page.goto(`${on.server.url}/console/#/models/projects`);
  await banner.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Menu" }).tap();
  await page.getByRole("link", { name: `Account: ${ADMIN.email}` }).waitFor();
});

test("on a phone, where lines are as tall as their text, the log follows as well", async (t) => {
  const user = await newUser(on.server.url);
  for (let at = 0; at < 60; at += 1) await user.api("POST", "/api/projects", { name: `before ${at}` });
  const page = await asAdmin(t, "#/log", PHONE);
  await page.getByText("Live", { exact: true }).waitFor();
  for (let at = 0; at < 12; at += 1) await user.api("POST", "/api/projects", { name: `after ${at}` });
  await page.waitForFunction(() => {
    const one = document.querySelector(".log-lines");
    return one !== null && one.textContent?.includes("POST /api/projects 201") && one.scrollTop > 0 && one.scrollHeight - one.scrollTop - one.clientHeight < 24;
  });
  assert.equal(await page.getByRole("button", { name: /new lines?/ }).count(), 0);
});

test("the log follows at its end, stays where one reads, and is filtered", async (t) => {
  const user = await newUser(on.server.url);
  const page = await asAdmin(t, "#/log");
  const lines = page.getByRole("region", { name: "Log lines" });
  await page.getByText("Live", { exact: true }).waitFor();
  await user.api("POST", "/api/projects", { name: "seen live" });
  await lines.getByText("POST /api/projects 201").last().waitFor();
  const make = async (/** @type {number} */ count) => {
    for (let at = 0; at < count; at += 1) await user.api("POST", "/api/projects", { name: `n ${Math.random()}` });
  };
  await make(40);
  await page.waitForFunction(() => document.querySelectorAll(".log-line").length > 40);
  const atEnd = () => lines.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight < 24);
  await page.waitForFunction(() => {
    const one = document.querySelector(".log-lines");
    return one !== null && one.scrollHeight > one.clientHeight && one.scrollHeight - one.scrollTop - one.clientHeight < 24;
  });
  await lines.evaluate((one) => (one.scrollTop = 0));
  await make(2);
  await page.getByRole("button", { name: /^\d+ new lines/ }).waitFor();
  assert.equal(await lines.evaluate((one) => one.scrollTop), 0);
  await page.getByRole("button", { name: /new lines/ }).click();
  assert.equal(await atEnd(), true);
  // By the keyboard: a line is opened, and its request alone is shown.
  const last = lines.locator("summary").last();
  await last.focus();
  await page.keyboard.press("Enter");
  const only = lines.getByRole("button", { name: /^Only lines with request_id/ });
  await only.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll(".log-line").length === 1);
  await page.getByRole("searchbox", { name: "Search the log" }).fill("no such text at all");
  await lines.getByText("No line fits").waitFor();
  await page.getByRole("searchbox", { name: "Search the log" }).fill("");
  await page.getByRole("combobox", { name: "Level" }).selectOption("error");
  await lines.getByText("No line fits").waitFor();
});

test("the log’s question ends with the page, and begins again after a failure", async (t) => {
  const page = await asAdmin(t, "#/log");
  await page.getByText("Live", { exact: true }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole("combobox", { name: "Level" }).selectOption("warn");
  await page.getByText("Hearth does not answer").waitFor();
  await page.getByText("Not live").waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  let asking = 0;
  page.on("request", (request) => void (asking += request.url().includes("/api/admin/logs") ? 1 : 0));
  await newUser(on.server.url);
  await page.getByRole("link", { name: "API", exact: true }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(asking, 0);
});

test("a backup is made, taken away and deleted", async (t) => {
  const page = await asAdmin(t, "#/backups");
  await page.getByText("There is no backup yet.").waitFor();
  await page.getByRole("button", { name: "Back up now" }).click();
  await page.getByText(/is made, and was looked through/).waitFor();
  const row = page.getByRole("table", { name: "Backups" }).locator("tbody tr");
  const coming = page.waitForEvent("download");
  await row.getByRole("button", { name: /^Download backup-/ }).click();
  const file = await coming;
  assert.match(file.suggestedFilename(), /^backup-\d{8}T\d{6}\.db$/);
  assert.equal(readFileSync(await file.path()).subarray(0, 15).toString(), "SQLite format 3");
  await row.getByRole("button", { name: /^Delete backup-/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("There is no backup yet.").waitFor();
  await page.getByRole("region", { name: "Commands that restore a backup" }).waitFor();
  const { items } = await asked("GET", "/api/admin/audit?limit=3");
  const words = items.map((/** @type {{ action: string }} */ one) => one.action).filter((/** @type {string} */ one) => one.startsWith("backup"));
  assert.deepEqual(words, ["backup_deleted", "backup_downloaded", "backup_made"]);
});

test("a record’s history says what was changed from what to what", async (t) => {
  const { page, user } = await on.signedIn(t);
  const { item } = await user.api("POST", "/api/projects", { name: "First" });
  await user.api("PUT", `/api/projects/${item.id}`, { name: "Second" });
  await user.api("PUT", `/api/projects/${item.id}`, { name: "Third" });
  await page.goto(`${on.server.url}/console/#/models/projects/${item.id}`);
  const drawer = page.locator("dialog.drawer");
  await drawer.getByText("History", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await drawer.getByText("From its beginning.").waitFor();
  const entries = drawer.locator(".history-entry");
  assert.equal(await entries.count(), 3);
  assert.match((await entries.nth(0).textContent()) ?? "", /Changed.*name.*Second.*Third/s);
  assert.match((await entries.nth(1).textContent()) ?? "", /Changed.*name.*First.*Second/s);
  assert.match((await entries.nth(2).textContent()) ?? "", /^Created/);
});
