/** What admins see beside the models: people, everybody's keys, the audit. Everything by the real server. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, stage } from "./support/browser.js";
import { newUser } from "./support/server.js";
import { codeOf } from "./support/totp.js";

const ADMIN = { email: "root@example.com", password: "correct horse battery staple" };

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => {
  on = await stage({ append: "[auth.roles.editor]\n" });
  const body = JSON.stringify({ token: on.server.setupToken(), ...ADMIN });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${on.server.url}/api/auth/setup`, { method: "POST", body, headers });
  assert.equal(answer.ok, true);
});
after(() => on.close());

/** @param {import("node:test").TestContext} t @param {string} hash @param {import("playwright-core").BrowserContextOptions} [options] */
async function asAdmin(t, hash, options) {
  const { page } = await on.visitor(t, options);
  await page.goto(`${on.server.url}/console/${hash}`);
  await signIn(page, ADMIN);
  return page;
}

test("people are found by parts of their address, and by the keyboard alone one is opened", async (t) => {
  const [one, other] = [await newUser(on.server.url), await newUser(on.server.url)];
  const page = await asAdmin(t, "#/people");
  const table = page.getByRole("table", { name: "People" });
  await table.getByText(one.email).waitFor();
  await page.getByRole("searchbox", { name: "Search people" }).fill(other.email.toUpperCase());
  await table.getByText(one.email).waitFor({ state: "detached" });
  await table.getByRole("button", { name: other.email }).press("Enter");
  await page.getByRole("dialog", { name: other.email }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("searchbox", { name: "Search people" }).fill("nobody at all");
  await page.getByText("Nobody is found.").waitFor();
});

test("more people than a page are shown on", async (t) => {
  const users = Array.from({ length: 52 }, () => newUser(on.server.url));
  await Promise.all(users);
  const page = await asAdmin(t, "#/people");
  const rows = page.getByRole("table", { name: "People" }).locator("tbody tr");
  await rows.first().waitFor();
  assert.equal(await rows.count(), 50);
  await page.getByRole("button", { name: "Show more" }).click();
  await rows.nth(52).waitFor();
});

test("a role is changed, and the last admin keeps theirs", async (t) => {
  const user = await newUser(on.server.url);
  const page = await asAdmin(t, "#/people");
  const search = page.getByRole("searchbox", { name: "Search people" });
  await search.fill(ADMIN.email);
  const drawer = page.getByRole("dialog");
  await page.getByRole("button", { name: ADMIN.email }).click();
  await drawer.getByLabel("Role").selectOption("user");
  await drawer.locator("[name=role][aria-invalid=true]").waitFor();
  assert.equal(await drawer.getByLabel("Role").inputValue(), "admin");
  assert.equal(await drawer.getByRole("button", { name: "Reset the second factor" }).count(), 0);
  await drawer.getByRole("button", { name: "Close" }).click();
  await search.fill(user.email);
  await page.getByRole("button", { name: user.email }).click();
  await drawer.getByLabel("Role").selectOption("editor");
  await page.getByText("The role is editor now").waitFor();
  await drawer.getByLabel("Role").selectOption("admin");
  await page.getByText("The role is admin now").waitFor();
  assert.equal((await user.api("GET", "/api/auth/me")).item.role, "admin");
  await drawer.getByLabel("Role").selectOption("user");
  await page.getByText("The role is user now").waitFor();
});

test("whoever is disabled is signed out, and comes back when enabled", async (t) => {
  const { page: other, user } = await on.signedIn(t);
  const page = await asAdmin(t, "#/people");
  await page.getByRole("searchbox", { name: "Search people" }).fill(user.email);
  await page.getByRole("button", { name: user.email }).click();
  const drawer = page.getByRole("dialog", { name: user.email });
  await drawer.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Disable" }).click();
  await drawer.getByRole("button", { name: "Enable" }).waitFor();
  await drawer.getByText("Signed in nowhere.").waitFor();
  await other.reload();
  await other.getByText("Your session has ended").waitFor();
  await drawer.getByRole("button", { name: "Enable" }).click();
  await drawer.getByRole("button", { name: "Disable" }).waitFor();
  await signIn(other, user);
});

test("sessions of others are seen and ended, and a lost second factor is taken away", async (t) => {
  const { page: other, user } = await on.signedIn(t);
  const { data } = await user.api("POST", "/api/auth/second-factors/totp", { password: user.password });
  await user.api("POST", "/api/auth/second-factors/totp/confirm", { code: codeOf(data.secret) });
  const page = await asAdmin(t, "#/people");
  await page.getByRole("searchbox", { name: "Search people" }).fill(user.email);
  await page.getByRole("button", { name: user.email }).click();
  const drawer = page.getByRole("dialog", { name: user.email });
  await drawer.getByText("Chrome on Linux").waitFor();
  await drawer.getByRole("button", { name: "End all sessions" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "End them" }).click();
  await drawer.getByText("Signed in nowhere.").waitFor();
  await drawer.getByRole("button", { name: "Reset the second factor" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Take it away" }).click();
  await page.getByText("The second factor is taken away").waitFor();
  await other.reload();
  await other.getByText("Your session has ended").waitFor();
  await signIn(other, user);
});

test("an admin makes a user, who signs in, and deletes them", async (t) => {
  const page = await asAdmin(t, "#/people");
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "New user" }).click();
  await dialog.waitFor();
  // A question ends with the page on which it was asked.
  await page.evaluate(() => void (location.hash = "#/account"));
  await dialog.waitFor({ state: "detached" });
  await page.goBack();
  await page.getByRole("button", { name: "New user" }).click();
  await dialog.getByLabel("Email").fill("not an address");
  await page.keyboard.press("Enter");
  await dialog.locator("[name=email][aria-invalid=true]").waitFor();
  await dialog.getByLabel("Email").fill("made@example.com");
  await dialog.getByLabel("Name").fill("Made <b>here</b>");
  await dialog.getByLabel("Password").fill(ADMIN.password);
  await page.keyboard.press("Enter");
  await page.getByText("made@example.com is a user now").waitFor();
  const { page: other } = await on.visitor(t);
  await other.goto(`${on.server.url}/console/`);
  await signIn(other, { email: "made@example.com", password: ADMIN.password });
  await page.getByRole("searchbox", { name: "Search people" }).fill("made@");
  await page.getByRole("button", { name: "made@example.com" }).click();
  await page.getByRole("dialog").getByText("Made <b>here</b>").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Nobody is found.").waitFor();
});

test("everybody's keys are listed with whose they are, and deleted", async (t) => {
  const user = await newUser(on.server.url);
  await user.api("POST", "/api/auth/api-keys", { name: "nightly <i>", scopes: ["read"] });
  const page = await asAdmin(t, "#/api-keys");
  const row = page.getByRole("table", { name: "API keys" }).getByRole("row").filter({ hasText: user.email });
  await row.getByText("nightly <i>").waitFor();
  await row.getByRole("button", { name: `Delete nightly <i> of ${user.email}` }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await row.waitFor({ state: "detached" });
  assert.deepEqual((await user.api("GET", "/api/auth/api-keys")).items, []);
});

test("the audit is filtered by user, action and time", async (t) => {
  const user = await newUser(on.server.url);
  const page = await asAdmin(t, "#/audit");
  const table = page.getByRole("table", { name: "Audit" });
  await table.locator("tbody tr").first().waitFor();
  await page.getByRole("searchbox", { name: "User" }).fill(user.email);
  await table.getByText(ADMIN.email).first().waitFor({ state: "detached" });
  const rows = table.locator("tbody tr");
  assert.ok((await rows.count()) > 0);
  await page.getByRole("combobox", { name: "Time" }).selectOption("hour");
  await table.getByText(user.email).first().waitFor();
  await page.getByRole("combobox", { name: "Action" }).fill("user_deleted");
  await page.getByText("Nothing of this kind was noted.").waitFor();
  await page.getByRole("searchbox", { name: "User" }).fill("nobody@example.com");
  await page.getByText(/no user has this e-mail address/i).waitFor();
});
