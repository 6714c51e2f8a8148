/** Signing in and out, and what becomes of a session. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { drawer, signIn, stage } from "./support/browser.js";
import { newUser } from "./support/server.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

const TASK = { title: "Sweep the chimney", status: "open", urgent: false };

test("an account is registered, with what is wrong said at its field", async (t) => {
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/`);
  await page.getByRole("link", { name: "Create one" }).click();
  await page.getByRole("heading", { name: "Create an account", exact: true }).waitFor();
  await page.getByLabel("Email").fill("no address");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.locator("[name=email][aria-invalid=true]").waitFor();
  assert.equal(await page.getByLabel("Email").inputValue(), "no address");
  assert.equal(await page.getByLabel("Email").evaluate((element) => element === document.activeElement), true);

  await page.getByLabel("Email").fill(`register.${Date.now()}@example.com`);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.locator("[name=password][aria-invalid=true]").waitFor();
  assert.equal(await page.locator("[name=email][aria-invalid=true]").count(), 0);

  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  assert.equal(new URL(page.url()).hash, "#/");
});

test("a reload keeps a registered user signed in", async (t) => {
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/#/register`);
  await page.getByLabel("Email").fill(`reload.${Date.now()}@example.com`);
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
});

test("a wrong password is refused without saying which of the two is wrong", async (t) => {
  const user = await newUser(on.server.url);
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/`);
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByText("Email and password don't match").waitFor();
  assert.equal(await page.getByLabel("Email").inputValue(), user.email);
});

test("a sign-in leads to where one wanted to be, and a reload keeps both", async (t) => {
  const { page, context } = await on.signedIn(t, "#/models/projects?sort=name");
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  assert.equal(new URL(page.url()).hash, "#/models/projects?sort=name");
  // The refresh token is no script's, and the access token is stored nowhere.
  const cookies = await context.cookies(`${on.server.url}/api/auth`);
  assert.deepEqual(
    cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite]),
    [[true, "Strict"]],
  );
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie);
  assert.doesNotMatch(stored, /eyJ|token/i);
});

test("many requests with an old token need one renewal", async (t) => {
  const { page } = await on.signedIn(t);
  let refreshes = 0;
  let stale = "";
  page.on("request", (request) => (refreshes += request.url().endsWith("/api/auth/refresh") ? 1 : 0));
  await page.route("**/api/tasks?*", (route) => {
    const token = route.request().headers()["authorization"] ?? "";
    stale ||= token;
    return token === stale
      ? route.fulfill({ status: 401, json: { success: false, detail: "Token expired", code: "token_expired", request_id: "r" } })
      : route.continue();
  });
  const totals = await page.evaluate(async () => {
    // The page's own modules, not a second copy of them.
    const app = /** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]"));
    const api = await import(new URL("api.js", app.src).href);
    const pages = await Promise.all(Array.from({ length: 20 }, () => api.list("tasks", { limit: 1, sort: "id", total: true })));
    return pages.map(({ total }) => total);
  });
  assert.deepEqual(totals, Array(20).fill(0));
  assert.equal(refreshes, 1);
});

for (const locks of ["with", "without"]) {
  test(`two tabs that load at once stay signed in both, ${locks} the browser's locks`, (t) => loadTogether(t, locks === "with"));
}

/**
 * Plain http to another machine has no `navigator.locks`.
 * @param {import("node:test").TestContext} t
 * @param {boolean} locks
 */
async function loadTogether(t, locks) {
  const { page, context } = await on.signedIn(t);
  if (!locks) await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
  const other = await context.newPage();
  for (let round = 0; round < 3; round += 1) {
    await Promise.all([page.goto(`${on.server.url}/console/?${round}`), other.goto(`${on.server.url}/console/?${round}`)]);
    await Promise.all([page, other].map((one) => one.getByRole("heading", { name: "Models", exact: true }).waitFor()));
  }
}

test("a session's end keeps what was typed, and the sign-in leads back to it", async (t) => {
  const { page, context, user } = await on.signedIn(t);
  const { item } = await user.api("POST", "/api/tasks", TASK);
  await page.goto(`${on.server.url}/console/#/models/tasks/${item.id}`);
  await drawer(page).getByLabel("title").fill("Typed before the end");
  await context.clearCookies();
  await page.route("**/api/tasks/*", (route) =>
    route.fulfill({ status: 401, json: { success: false, detail: "Token expired", code: "token_expired", request_id: "r" } }),
  );
  await drawer(page).getByRole("button", { name: "Save" }).click();
  await page.getByText("Your session has ended").waitFor();
  assert.equal(await drawer(page).count(), 0);

  await page.unroute("**/api/tasks/*");
  await signIn(page, user);
  await drawer(page).getByText("This is what you had typed").waitFor();
  assert.equal(await drawer(page).getByLabel("title").inputValue(), "Typed before the end");
  await drawer(page).getByRole("button", { name: "Save" }).click();
  await page.getByText(`Saved task ${item.id}`).waitFor();
  assert.equal((await user.api("GET", `/api/tasks/${item.id}`)).item.title, "Typed before the end");
});

test("a 403 is an error, not the end of the session", async (t) => {
  const { page } = await on.signedIn(t);
  await page.route("**/api/tasks?*", (route) =>
    route.fulfill({
      status: 403,
      json: { success: false, detail: "You may not read this task", code: "forbidden", request_id: "r" },
    }),
  );
  await page.getByRole("navigation", { name: "Models" }).getByRole("link", { name: "Tasks" }).click();
  await page.getByText("You may not read this task").waitFor();
  assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 1);
});

test("signing out in one tab signs out in all, and a reload does not bring it back", async (t) => {
  const { page, context } = await on.signedIn(t, "#/models/tasks");
  const other = await context.newPage();
  await other.goto(`${on.server.url}/console/#/models/tasks`);
  await other.getByRole("heading", { name: "Tasks", exact: true }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await other.getByText("You signed out in another tab").waitFor();
  await other.reload();
  await other.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
});

test("signing in in one tab signs in the others", async (t) => {
  const user = await newUser(on.server.url);
  const { page, context } = await on.visitor(t);
  const other = await context.newPage();
  for (const one of [page, other]) await one.goto(`${on.server.url}/console/#/models/items`);
  await other.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await signIn(page, user);
  await other.getByRole("heading", { name: "Items", exact: true }).waitFor();
});

test("a tab that is told of a sign-in signs in, though what the first one stored is not there yet", async (t) => {
  const user = await newUser(on.server.url);
  const { page, context } = await on.visitor(t);
  const other = await context.newPage();
  for (const one of [page, other]) await one.goto(`${on.server.url}/console/#/models/items`);
  await other.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  // A browser brings storage to other tabs by another way than messages, and not always before them.
  await other.evaluate(() => void (Storage.prototype.getItem = () => null));
  await signIn(page, user);
  await other.getByRole("heading", { name: "Items", exact: true }).waitFor();
});

test("another user never finds what the last one typed", async (t) => {
  const { page } = await on.signedIn(t, "#/models/tasks/new");
  await drawer(page).getByLabel("title").fill("A secret thought");
  await page.keyboard.press("Escape");
  await page.getByText("What you typed is kept").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await signIn(page, await newUser(on.server.url));
  await page.evaluate(() => void (location.hash = "#/models/tasks/new"));
  assert.equal(await drawer(page).getByLabel("title").inputValue(), "");
});

test("the set-up link makes the first admin, once", async (t) => {
  const token = on.server.setupToken();
  if (token === null) return t.skip("this server printed no set-up link");
  const { page } = await on.visitor(t);
  const fill = async () => {
    await page.getByRole("heading", { name: "Welcome to Hearth", exact: true }).waitFor();
    await page.getByLabel("Email").fill(`admin.${Date.now()}@example.com`);
    await page.getByLabel("Password").fill("correct horse battery staple");
    await page.getByRole("button", { name: "Create admin account" }).click();
  };
  await page.goto(`${on.server.url}/console/#/setup/${token}`);
  await fill();
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  assert.equal(await page.locator(".who .chip").textContent(), "admin");
  assert.doesNotMatch(page.url(), /setup/);

  await page.goto(`${on.server.url}/console/#/setup/${token}`);
  await fill();
  await page.getByText("This link does not work any more").waitFor();
});
