/** How the server does, as admins see it; and how the pages of accounts and admins fit a phone and a screen reader. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, stage } from "./support/browser.js";
import { newUser } from "./support/server.js";

const ADMIN = { email: "root@example.com", password: "correct horse battery staple" };
const SECRET = "a secret of this test, long enough";
const PAGES = ["account", "people", "api-keys", "audit", "operations"];

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => {
  on = await stage({ append: `[auth]\nsecret = "${SECRET}"\n` });
  const body = JSON.stringify({ token: on.server.setupToken(), ...ADMIN });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${on.server.url}/api/auth/setup`, { method: "POST", body, headers });
  const { data } = await answer.json();
  headers.Authorization = `Bearer ${data.access_token}`;
  const key = JSON.stringify({ name: "a name that is long enough to need a second line on a telephone" });
  await fetch(`${on.server.url}/api/auth/api-keys`, { method: "POST", body: key, headers });
});
after(() => on.close());

/** @param {import("node:test").TestContext} t @param {string} hash @param {import("playwright-core").BrowserContextOptions} [options] */
async function asAdmin(t, hash, options) {
  const { page } = await on.visitor(t, options);
  await page.goto(`${on.server.url}/console/${hash}`);
  await signIn(page, ADMIN);
  return page;
}

test("requests, latency and sizes are plotted as they come", async (t) => {
  const page = await asAdmin(t, "#/operations");
  const plot = (/** @type {string} */ name) => page.getByRole("img", { name: new RegExp(`^${name}:`) });
  await plot("Requests").waitFor();
  await page.getByText("Ready to write", { exact: true }).waitFor();
  await newUser(on.server.url);
  await page.locator("[aria-label^='Requests:'] polyline").first().waitFor({ state: "attached" });
  assert.match((await plot("Requests").getAttribute("aria-label")) ?? "", /^Requests: [\d.]+\/s$/);
  assert.match((await plot("Latency").getAttribute("aria-label")) ?? "", /p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms/);
  assert.match((await plot("Database").getAttribute("aria-label")) ?? "", /all [\d.]+ [KM]iB, of it WAL [\d.]+ \w*B/);
  assert.match((await plot("Writes waiting").getAttribute("aria-label")) ?? "", /^Writes waiting: \d/);
  assert.match((await plot("Connections").getAttribute("aria-label")) ?? "", /requests \d+, sockets \d+/);
});

test("a server that does not answer is told, and the plots go on once it does", async (t) => {
  const page = await asAdmin(t, "#/operations");
  await page.getByText("Ready to write", { exact: true }).waitFor();
  await page.context().setOffline(true);
  await page.getByText("Hearth does not answer").waitFor();
  await page.getByText("Not alive").waitFor();
  await page.context().setOffline(false);
  await page.getByText("Ready to write", { exact: true }).waitFor();
});

test("the settings in force say where each comes from, and no secret", async (t) => {
  const page = await asAdmin(t, "#/operations");
  const table = page.getByRole("table", { name: "Settings" });
  await table.getByText("server.port", { exact: true }).waitFor();
  await page.getByLabel("Only what is not the default").check();
  const row = table.getByRole("row").filter({ hasText: "auth.secret" });
  await row.getByText(/^config\.toml:\d+$/).waitFor();
  await row.getByText("(hidden)").waitFor();
  assert.equal(await page.getByText(SECRET).count(), 0);
  await page.getByRole("searchbox", { name: "Search settings" }).fill("no.such");
  await page.getByText("There is no such setting.").waitFor();
});

test("polling ends with the page", async (t) => {
  const page = await asAdmin(t, "#/operations");
  await page.getByText("Ready to write", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  let asked = 0;
  page.on("request", (request) => void (asked += request.url().endsWith("/metrics") ? 1 : 0));
  await page.waitForTimeout(2_500);
  assert.equal(asked, 0);
});

test("on a phone no page of accounts or admins scrolls sideways, light or dark", async (t) => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const page = await asAdmin(t, "#/account", { ...phone, colorScheme: "dark" });
  for (const name of PAGES) {
    await page.goto(`${on.server.url}/console/#/${name}`);
    await page.locator(`hearth-${name === "api-keys" ? "all-keys" : name} :is(.lines, table)`).last().waitFor();
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll("#main *")]
        .filter((one) => one.getBoundingClientRect().right > 390.5)
        .map((one) => one.outerHTML.slice(0, 120)),
    );
    assert.deepEqual(wide, [], name);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, name);
  }
});

test("on a phone a person's drawer and the dialogs over it fit", async (t) => {
  const user = await newUser(on.server.url);
  const page = await asAdmin(t, "#/people", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.getByRole("button", { name: user.email }).tap();
  const drawer = page.getByRole("dialog", { name: user.email });
  await drawer.getByRole("button", { name: "End all sessions" }).waitFor();
  const outside = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("dialog, dialog *")]
        .filter((one) => one.getBoundingClientRect().right > 390.5 || one.getBoundingClientRect().left < -0.5)
        .map((one) => one.outerHTML.slice(0, 120)),
    );
  assert.deepEqual(await outside(), []);
  await drawer.getByRole("button", { name: "Disable" }).tap();
  await page.getByRole("alertdialog").waitFor();
  assert.deepEqual(await outside(), []);
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).tap();
  await drawer.getByRole("button", { name: "Close" }).tap();
  await page.getByRole("button", { name: "New user" }).tap();
  await page.getByRole("dialog").getByLabel("Email").waitFor();
  assert.deepEqual(await outside(), []);
});

test("every control of these pages has a name, and every page its heading and title", async (t) => {
  const page = await asAdmin(t, "#/account");
  for (const name of PAGES) {
    await page.goto(`${on.server.url}/console/#/${name}`);
    await page.locator(`hearth-${name === "api-keys" ? "all-keys" : name} :is(.lines, table)`).last().waitFor();
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("a, button, input, select, textarea")]
        .filter((one) => !one.getAttribute("aria-label") && !one.textContent?.trim() && !(/** @type {HTMLInputElement} */ (one).labels?.length))
        .map((one) => one.outerHTML),
    );
    assert.deepEqual(nameless, [], name);
    const heading = (await page.locator("h1").textContent()) ?? "";
    assert.equal(await page.title(), `${heading} · Hearth`);
    assert.equal(await page.locator("hearth-sidebar [aria-current=page]").getAttribute("href"), `#/${name}`);
  }
});
