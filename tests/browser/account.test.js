/** One's own account: profile, password, sessions, sign-ins elsewhere, API keys. The second factor has tests of its own. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, stage } from "./support/browser.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

/** @param {import("playwright-core").Page} page @param {string} name */
const part = (page, name) => page.getByRole("region", { name });

test("the name is kept, and none is taken away", async (t) => {
  const { page, user } = await on.signedIn(t, "#/account");
  const name = part(page, "Profile").getByLabel("Name");
  await name.fill("Ada <Lovelace>");
  await page.keyboard.press("Enter");
  await page.getByText("Saved").waitFor();
  assert.equal((await user.api("GET", "/api/auth/me")).item.name, "Ada <Lovelace>");
  await page.reload();
  await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
  assert.equal(await name.inputValue(), "Ada <Lovelace>");
  await name.fill("");
  await part(page, "Profile").getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  assert.equal((await user.api("GET", "/api/auth/me")).item.name, null);
});

test("a new address wants the password, and a link to it", async (t) => {
  const { page, user } = await on.signedIn(t, "#/account");
  await page.getByRole("button", { name: "Change the e-mail address" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("New address").fill(`new.${user.email}`);
  await dialog.getByLabel("Password").fill("wrong horse battery staple");
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").waitFor();
  assert.equal(await dialog.getByLabel("New address").inputValue(), `new.${user.email}`);
  await dialog.getByLabel("Password").fill(user.password);
  await page.keyboard.press("Enter");
  await page.getByText(`A link is on its way to new.${user.email}`).waitFor();
});

test("a new password ends the other sessions, and not this one", async (t) => {
  const { page, user } = await on.signedIn(t, "#/account");
  const { page: other } = await on.visitor(t);
  await other.goto(`${on.server.url}/console/#/account`);
  await signIn(other, user);
  await page.getByRole("button", { name: "Change the password" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Present password").fill(user.password);
  await dialog.getByLabel("New password").fill("short");
  await page.keyboard.press("Enter");
  await dialog.locator("[name=new_password][aria-invalid=true]").waitFor();
  await dialog.getByLabel("New password").fill("another horse, another battery");
  await page.keyboard.press("Enter");
  await page.getByText("Your password is changed").waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
  await other.reload();
  await other.getByText("Your session has ended").waitFor();
  await signIn(other, { email: user.email, password: "another horse, another battery" });
});

test("sessions are listed with their devices, and others can be ended", async (t) => {
  const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
  const { page, user } = await on.signedIn(t, "#/account");
  const { page: other } = await on.visitor(t, { userAgent: agent });
  await other.goto(`${on.server.url}/console/`);
  await signIn(other, user);
  await page.reload();
  const sessions = part(page, "Sessions");
  await sessions.getByText("Firefox on Linux").waitFor();
  // The registration's own, by the test, is the third.
  assert.equal(await sessions.getByRole("listitem").count(), 3);
  assert.equal(await sessions.getByText("this one").count(), 1);
  await sessions.getByRole("button", { name: "End the session of Firefox on Linux" }).click();
  await sessions.getByText("Firefox on Linux").waitFor({ state: "detached" });
  // Its button is gone; the keyboard goes on from where it was.
  assert.equal(await sessions.evaluate((one) => one.contains(document.activeElement)), true);
  await other.goto(`${on.server.url}/console/#/account`);
  await other.getByText("Your session has ended").waitFor();
  await sessions.getByRole("button", { name: "End all others" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "End them" }).click();
  await sessions.getByRole("button", { name: "End all others" }).waitFor({ state: "detached" });
  assert.equal(await sessions.getByRole("listitem").count(), 1);
});

test("a provider can be linked and unlinked", async (t) => {
  const { page } = await on.signedIn(t, "#/account");
  const elsewhere = part(page, "Sign-ins elsewhere");
  await elsewhere.getByText("This server has no providers.").waitFor();
  const providers = [{ name: "company", title: "Example <b>Inc.</b>" }];
  await page.route("**/api/auth/providers", (route) => route.fulfill({ json: { success: true, items: providers } }));
  await page.reload();
  await elsewhere.getByRole("button", { name: "Link Example <b>Inc.</b>" }).waitFor();
  /** @type {unknown[]} */
  const asked = [];
  await page.route("**/api/auth/identities/company", (route) => {
    asked.push(route.request().postDataJSON());
    // In place of the provider, this server: the browser goes there and is back.
    return route.fulfill({ json: { success: true, data: { url: `${on.server.url}/console/?linked#/account` } } });
  });
  const identity = {
    issuer: "https://sso.example.com",
    subject: "a/b",
    provider: "company",
    email: "ada@example.com",
    created_at: "2026-11-01T10:00:00.000Z",
    last_used_at: "2026-11-02T10:00:00.000Z",
  };
  let items = [identity];
  await page.route("**/api/auth/identities", (route) => route.fulfill({ json: { success: true, items } }));
  await elsewhere.getByRole("button", { name: "Link Example <b>Inc.</b>" }).click();
  await elsewhere.getByText("ada@example.com").waitFor();
  assert.deepEqual(asked, [{ return_to: "/console/#/account" }]);
  /** @type {string[]} */
  const ended = [];
  await page.route("**/api/auth/identities/company/**", (route) => {
    ended.push(new URL(route.request().url()).pathname);
    items = [];
    return route.fulfill({ json: { success: true } });
  });
  await elsewhere.getByRole("button", { name: "Unlink Example <b>Inc.</b>" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Unlink" }).click();
  await elsewhere.getByText("ada@example.com").waitFor({ state: "detached" });
  assert.deepEqual(ended, ["/api/auth/identities/company/a%2Fb"]);
});

test("an API key is made with scopes, shown once, works as they say, and is deleted", async (t) => {
  const { page } = await on.signedIn(t, "#/account");
  const keys = part(page, "API keys");
  await keys.getByRole("button", { name: "New API key" }).click();
  await keys.getByRole("button", { name: "Create the key" }).click();
  await keys.locator("[name=name][aria-invalid=true]").waitFor();
  await keys.getByLabel("Name").fill("nightly");
  await keys.getByText("Only some models").click();
  await keys.getByLabel("read:projects").check();
  await keys.getByLabel("read", { exact: true }).uncheck();
  await keys.getByLabel("Lasts").selectOption("30");
  assert.equal(await keys.getByLabel("worker").count(), 0);
  await keys.getByRole("button", { name: "Create the key" }).click();
  const key = (await keys.getByLabel("API key", { exact: true }).textContent()) ?? "";
  assert.match(key, /^hk_/);
  const status = async (/** @type {string} */ path) =>
    (await fetch(on.server.url + path, { headers: { Authorization: `Bearer ${key}` } })).status;
  assert.equal(await status("/api/projects"), 200);
  assert.equal(await status("/api/tasks"), 403);
  await keys.getByRole("button", { name: "I have kept it" }).click();
  await keys.getByText("nightly").waitFor();
  assert.equal(await keys.getByText(key).count(), 0);
  await keys.getByRole("button", { name: "Delete nightly" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await keys.getByText("You have none.").waitFor();
  assert.equal(await status("/api/projects"), 401);
});

test("who is no admin sees nothing of others, whatever the address says", async (t) => {
  const { page } = await on.signedIn(t, "#/account");
  assert.equal(await page.getByRole("navigation", { name: "Administration" }).count(), 0);
  for (const name of ["people", "api-keys", "audit", "operations"]) {
    await page.goto(`${on.server.url}/console/#/${name}`);
    await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  }
});
