/** Signing in elsewhere: the links, and what is told when it came to nothing. The provider itself is the server's test. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, stage } from "./support/browser.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

test("a provider has a link that leads there and back, and a no is told without words of a session", async (t) => {
  const { page } = await on.visitor(t);
  const items = [{ name: "company-sso", title: "Example <b>Inc.</b>" }];
  await page.route("**/api/auth/providers", (route) => route.fulfill({ json: { success: true, items } }));
  /** @type {string[]} */
  const gone = [];
  await page.route("**/api/auth/oauth/**", (route) => {
    gone.push(route.request().url());
    return route.fulfill({ status: 302, headers: { Location: "/console/#/sign-in?error=access_denied&provider=company-sso" } });
  });
  await page.goto(`${on.server.url}/console/#/models/tasks?sort=-title`);
  await page.getByRole("link", { name: "Continue with Example <b>Inc.</b>" }).click();
  await page.getByText("You are not signed in").waitFor();
  assert.equal(await page.getByText("Your session has ended").count(), 0);
  const url = new URL(gone[0] ?? "");
  assert.equal(url.pathname, "/api/auth/oauth/company-sso");
  assert.equal(url.searchParams.get("return_to"), "/console/#/models/tasks?sort=-title");
});

test("whoever comes back with a cookie is signed in, also in a browser that never was", async (t) => {
  const { page } = await on.signedIn(t);
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.setItem("hearth.elsewhere", "1");
  });
  await page.reload();
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem("hearth.elsewhere")), null);
});

test("without providers there are no links, and a link that was refused is told to who is signed in", async (t) => {
  const { page, user } = await on.signedIn(t);
  await page.goto(`${on.server.url}/console/#/sign-in?error=identity_taken&provider=x`);
  await page.reload();
  await page.getByText("That sign-in belongs to another account").waitFor();
  assert.doesNotMatch(page.url(), /sign-in/);
  const { page: other } = await on.visitor(t);
  await other.goto(`${on.server.url}/console/#/sign-in?error=%3Cscript%3E`);
  await other.getByText("The sign-in failed").waitFor();
  assert.equal(await other.getByRole("link", { name: /Continue with/ }).count(), 0);
  await signIn(other, user);
  await other.getByRole("heading", { name: "Models", exact: true }).waitFor();
});
