/** Signing in with a second factor, setting one up, and being made to. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { signIn, stage } from "./support/browser.js";
import { newUser } from "./support/server.js";
import { codeOf } from "./support/totp.js";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage({ append: '[auth]\nsecond_factor = ["admin"]\n' })));
after(() => on.close());

/** A user with an app, of which one code is used up. */
async function userWithApp() {
  const user = await newUser(on.server.url);
  const { data } = await user.api("POST", "/api/auth/second-factors/totp", { password: user.password });
  const confirmed = await user.api("POST", "/api/auth/second-factors/totp/confirm", { code: codeOf(data.secret, -1) });
  return { ...user, secret: data.secret, recovery: confirmed.data.recovery_codes };
}

/** @param {Page} page @param {{ email: string, password: string }} user */
async function firstStep(page, { email, password }) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Second factor", exact: true }).waitFor();
}

test("after the password the code is asked for, a wrong one is told, and one is where one wanted to be", async (t) => {
  const user = await userWithApp();
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/#/models/tasks?sort=-title`);
  await firstStep(page, user);
  const code = page.getByRole("textbox", { name: "Code" });
  assert.equal(await code.evaluate((element) => element === document.activeElement), true);
  assert.equal(await code.getAttribute("autocomplete"), "one-time-code");
  await code.fill("000000");
  await page.keyboard.press("Enter");
  await page.getByText("The code is wrong, or was used already").waitFor();
  await code.fill(codeOf(user.secret));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Tasks", exact: true }).waitFor();
  assert.match(page.url(), /#\/models\/tasks\?sort=-title$/);
});

test("a recovery code does as well, once", async (t) => {
  const user = await userWithApp();
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/`);
  await firstStep(page, user);
  await page.getByRole("textbox", { name: "Code" }).fill(user.recovery[0]);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await firstStep(page, user);
  await page.getByRole("textbox", { name: "Code" }).fill(user.recovery[0]);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("The code is wrong, or was used already").waitFor();
  await page.getByRole("button", { name: "Begin again" }).click();
  await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
});

test("a provider's sign-in leads to the same page, and from there to where it was meant to", async (t) => {
  const user = await userWithApp();
  const { page } = await on.visitor(t);
  const first = async () => {
    const body = JSON.stringify({ email: user.email, password: user.password });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${on.server.url}/api/auth/login`, { method: "POST", body, headers });
    return (await answer.json()).challenge;
  };
  const back = encodeURIComponent("/console/#/models/projects");
  await page.goto(`${on.server.url}/console/#/second-factor?challenge=${await first()}&return_to=${back}`);
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(user.secret));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  assert.match(page.url(), /#\/models\/projects$/);
  // Elsewhere it leads to nobody else's page, whatever the address says; and a challenge that is over says so.
  await page.goto(`${on.server.url}/console/#/second-factor?challenge=x&return_to=https%3A%2F%2Fexample.com`);
  await page.getByRole("textbox", { name: "Code" }).fill("123456");
  await page.keyboard.press("Enter");
  await page.getByText("This sign-in took too long, or had too many wrong codes").waitFor();
  const away = await page.evaluate(async () => {
    // The page's own module, not a second copy of it.
    const app = /** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]"));
    const { safeReturn } = await import(new URL("pages/second-factor.js", app.src).href);
    return ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "", "/inbox?x=1#y"].map(safeReturn);
  });
  assert.deepEqual(away, [...Array(5).fill("/console/#/"), "/inbox?x=1#y"]);
});

test("whose role must have a second factor is led to set one up, and then goes on", async (t) => {
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/#/setup/${on.server.setupToken()}`);
  await page.getByLabel("Email").fill("admin@example.com");
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.getByRole("button", { name: "Create admin account" }).click();
  await page.getByRole("heading", { name: "Set up a second factor", exact: true }).waitFor();
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.getByRole("button", { name: "Show the QR code" }).click();
  await page.getByRole("img", { name: "QR code of the key" }).waitFor();
  const secret = (await page.getByLabel("Key for the app").textContent()) ?? "";
  await page.getByLabel("Code that the app shows").fill(codeOf(secret));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your recovery codes", exact: true }).waitFor();
  assert.equal(await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").count(), 10);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  await page.getByRole("link", { name: /^Account/ }).click();
  await page.getByText("Your role must have one, so it stays.").waitFor();
});

test("one sets it up oneself, keeps the codes, renews them, and removes it", async (t) => {
  const { page, user } = await on.signedIn(t, "#/account");
  const part = page.getByRole("region", { name: "Second factor" });
  await part.getByRole("button", { name: "Add an authenticator app" }).click();
  await part.getByLabel("Password").fill("not this one at all");
  await page.keyboard.press("Enter");
  await part.getByRole("alert").waitFor();
  await part.getByLabel("Password").fill(user.password);
  await part.getByLabel("Name of the app or device").fill("Telephone <1>");
  await page.keyboard.press("Enter");
  const secret = (await part.getByLabel("Key for the app").textContent()) ?? "";
  await part.getByLabel("Code that the app shows").fill("000000");
  await page.keyboard.press("Enter");
  await part.getByText("The code is not right").waitFor();
  await part.getByLabel("Code that the app shows").fill(codeOf(secret, -1));
  await page.keyboard.press("Enter");
  const codes = part.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await codes.first().waitFor();
  const old = await codes.allTextContents();
  const [download] = await Promise.all([page.waitForEvent("download"), part.getByRole("button", { name: "Download" }).click()]);
  assert.match(download.suggestedFilename(), /^recovery-codes-.*\.txt$/);
  await part.getByRole("button", { name: "I have kept them" }).click();
  await part.getByText("Telephone <1>").waitFor();
  await part.getByText("10 are left.").waitFor();
  await part.getByRole("button", { name: "Renew the recovery codes" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Code" }).fill(old[0] ?? "");
  await page.keyboard.press("Enter");
  await codes.first().waitFor();
  const renewed = await codes.allTextContents();
  assert.equal(renewed.filter((code) => old.includes(code)).length, 0);
  await part.getByRole("button", { name: "I have kept them" }).click();
  await part.getByRole("button", { name: "Remove Telephone <1>" }).click();
  await page.getByRole("dialog").getByLabel("Password").fill(user.password);
  await page.getByRole("dialog").getByRole("textbox", { name: "Code" }).fill(renewed[0] ?? "");
  await page.keyboard.press("Enter");
  await part.getByText("You have none.").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(page, user);
});
