/** The pages of mailed links. Without a mail server the links stand in the server's log. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, stage } from "./support/browser.js";
import { newUser } from "./support/server.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

/** The newest link of that page to that address. @param {string} page @param {string} email */
async function link(page, email) {
  for (let at = 0; at < 200; at += 1) {
    const lines = on.server.said().split("\n").reverse();
    const line = lines.find((text) => text.includes(`#/${page}/`) && text.includes(email));
    const found = line && new RegExp(`#/${page}/[\\w-]+`).exec(line);
    if (found) return found[0];
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`no link to ${page} for ${email}\n${on.server.said()}`);
}

test("a link to verify an address asks first, works once, and leaves no token behind", async (t) => {
  const user = await newUser(on.server.url);
  const hash = await link("verify-email", user.email);
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/${hash}`);
  await page.getByRole("heading", { name: "Confirm your address", exact: true }).waitFor();
  assert.equal((await user.api("GET", "/api/auth/me")).item.email_verified, false);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Your address is confirmed", exact: true }).waitFor();
  assert.equal((await user.api("GET", "/api/auth/me")).item.email_verified, true);
  assert.doesNotMatch(page.url(), /verify/);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await page.goto(`${on.server.url}/console/${hash}`);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("This link does not work any more").waitFor();
});

test("who forgot the password gets a link, chooses another one, and signs in with it", async (t) => {
  const user = await newUser(on.server.url);
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/`);
  await page.getByRole("link", { name: "Forgot password?" }).click();
  await page.getByRole("heading", { name: "Forgot your password?", exact: true }).waitFor();
  await page.getByLabel("Email").fill(user.email);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Look into your mail", exact: true }).waitFor();
  await page.goto(`${on.server.url}/console/${await link("reset-password", user.email)}`);
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.locator("[name=password][aria-invalid=true]").waitFor();
  await page.getByLabel("New password", { exact: true }).fill("another horse, another battery");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("heading", { name: "Your password is set", exact: true }).waitFor();
  await page.getByRole("button", { name: "Go on" }).click();
  await signIn(page, { email: user.email, password: "another horse, another battery" });
});

test("a link to a new address changes it", async (t) => {
  const user = await newUser(on.server.url);
  const email = `new.${user.email}`;
  await user.api("POST", "/api/auth/change-email", { email, password: user.password });
  const { page } = await on.visitor(t, { viewport: { width: 390, height: 844 } });
  await page.goto(`${on.server.url}/console/${await link("change-email", email)}`);
  await page.getByRole("button", { name: "Use this address" }).click();
  await page.getByRole("heading", { name: "Your address has changed", exact: true }).waitFor();
  assert.equal((await user.api("GET", "/api/auth/me")).item.email, email);
});
