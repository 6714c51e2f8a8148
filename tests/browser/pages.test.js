/** Pages of accounts and admins, and those before the sign-in: nothing serious that axe-core knows of, light and dark, on a desk and on a phone. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { isOpenToAll } from "./support/axe.js";
import { signIn, stage } from "./support/browser.js";
import { newUser } from "./support/server.js";

/** @typedef {import("playwright-core").Page} Page */

const ADMIN = { email: "root@example.com", password: "correct horse battery staple" };
const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 } };

/** By its address, and what is there once it is ready. */
const INSIDE = [
  ["#/account", "hearth-account .lines"],
  ["#/people", "hearth-people table"],
  ["#/api-keys", "hearth-all-keys table"],
  ["#/audit", "hearth-audit table"],
  ["#/operations", "hearth-operations table"],
  ["#/log", "hearth-log .log-line"],
  ["#/backups", "hearth-backups table"],
];
const OUTSIDE = [
  ["#/", "hearth-sign-in form"],
  ["#/register", "hearth-register form"],
  ["#/setup/x", "hearth-setup form"],
  ["#/forgot-password", "hearth-link form"],
  ["#/reset-password/x", "hearth-link form"],
  ["#/verify-email/x", "hearth-link form"],
  ["#/second-factor?challenge=x", "hearth-second-factor form"],
];

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => {
  on = await stage();
  const headers = { "Content-Type": "application/json" };
  const ask = async (/** @type {string} */ path, /** @type {unknown} */ body) =>
    (await fetch(on.server.url + path, { method: "POST", body: JSON.stringify(body), headers })).json();
  const { data } = await ask("/api/auth/setup", { token: on.server.setupToken(), ...ADMIN });
  headers.Authorization = `Bearer ${data.access_token}`;
  await ask("/api/auth/api-keys", { name: "a name that is long enough to need a second line on a telephone" });
  await ask("/api/admin/backups", {});
  await newUser(on.server.url);
});
after(() => on.close());

/** Light and wide, dark and narrow: what is wrong with colours is so at any width. @param {Page} page @param {string} where */
async function isWell(page, where) {
  for (const [colorScheme, size] of /** @type {const} */ ([["light", DESK], ["dark", PHONE]])) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize(size.viewport);
    if (size === PHONE) assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, where);
    await isOpenToAll(page, `${where} ${colorScheme} ${size.viewport.width}`);
  }
}

test("pages of accounts and admins are for everybody", async (t) => {
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/`);
  await signIn(page, ADMIN);
  for (const [hash = "", ready = ""] of INSIDE) {
    await page.goto(`${on.server.url}/console/${hash}`);
    await page.locator(ready).first().waitFor();
    await isWell(page, hash);
  }
});

test("one person, and an admin’s eyes", async (t) => {
  const user = await newUser(on.server.url);
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/#/people`);
  await signIn(page, ADMIN);
  await page.getByRole("button", { name: user.email }).click();
  const drawer = page.getByRole("dialog", { name: user.email });
  await drawer.getByRole("button", { name: "End all sessions" }).waitFor();
  await isWell(page, "person");
  await drawer.getByRole("button", { name: "See as this user" }).click();
  const form = page.getByRole("dialog", { name: /^See as/ });
  await form.getByLabel("Reason").fill("ticket 7");
  await isWell(page, "reason");
  await form.getByRole("button", { name: "See as them" }).click();
  await page.getByRole("region", { name: "Seeing as another user" }).waitFor();
  await isWell(page, "seeing as");
});

test("pages before the sign-in are for everybody", async (t) => {
  const { page } = await on.visitor(t);
  for (const [hash = "", ready = ""] of OUTSIDE) {
    await page.goto(`${on.server.url}/console/${hash}`);
    await page.locator(ready).first().waitFor();
    await isWell(page, hash);
  }
});
