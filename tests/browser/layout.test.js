/** How the console fits: a phone, the dark, a slow line. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { drawer, stage } from "./support/browser.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** What may be loaded for a sign-in, in bytes without compression. */
const SIGN_IN_SIZE = 60 * 1024;

/** @param {import("playwright-core").Page} page @param {string} where */
async function fits(page, where) {
  const width = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth));
  assert.equal(width, 390, where);
}

test("on a phone no page scrolls sideways", async (t) => {
  const { page, user } = await on.signedIn(t, "#/", PHONE);
  const long = "averylongwordwithoutanyspaceinit".repeat(3);
  const { item } = await user.api("POST", "/api/tasks", {
    title: long,
    status: "open",
    urgent: true,
    notes: long.repeat(9),
    tags: [long, long],
    settings: { [long]: long },
    website: `https://example.com/${long}`,
  });
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  await fits(page, "models");
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("link", { name: "Tasks", exact: true }).click();
  await page.getByRole("grid").waitFor();
  await fits(page, "table");
  assert.equal(await page.locator("tr[data-id]").evaluate((row) => row.scrollWidth <= row.clientWidth), true);
  await page.goto(`${on.server.url}/console/#/models/tasks/${item.id}`);
  await drawer(page).getByLabel("title").waitFor();
  await fits(page, "form");
  const wide = await drawer(page).evaluate((dialog) =>
    [...dialog.querySelectorAll("*")]
      .filter((one) => one.getBoundingClientRect().right > 390.5)
      .map((one) => one.outerHTML.slice(0, 120)),
  );
  assert.deepEqual(wide, []);
  await page.goto(`${on.server.url}/console/#/models/projects`);
  await page.getByText("No projects yet").waitFor();
  await fits(page, "empty table");
});

test("on a phone the menu opens, leads on, and closes by Escape", async (t) => {
  const { page } = await on.signedIn(t, "#/", PHONE);
  const menu = page.getByRole("button", { name: "Menu" });
  assert.equal(await menu.getAttribute("aria-expanded"), "false");
  await menu.click();
  assert.equal(await menu.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await menu.getAttribute("aria-expanded"), "false");
  assert.equal(await menu.evaluate((element) => element === document.activeElement), true);
});

test("the theme follows the system until one is chosen, which a reload keeps", async (t) => {
  const { page } = await on.signedIn(t, "#/", { colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await ground();
  await page.emulateMedia({ colorScheme: "light" });
  const light = await ground();
  assert.notEqual(light, dark);
  await page.getByRole("button", { name: "Theme: system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await page.getByRole("button", { name: "Theme: dark" }).waitFor();
  assert.equal(await ground(), dark);
  await page.reload();
  await page.getByRole("button", { name: "Theme: dark" }).waitFor();
  assert.equal(await ground(), dark);
});

test("the sign-in page is light, and asks nothing that must fail", async (t) => {
  const { page } = await on.visitor(t);
  /** @type {Promise<[string, number, number]>[]} */
  const answers = [];
  page.on("requestfinished", (request) =>
    answers.push(
      Promise.all([request.response(), request.sizes()]).then(([response, sizes]) => [
        new URL(request.url()).pathname,
        response?.status() ?? 0,
        sizes.responseHeadersSize + sizes.responseBodySize,
      ]),
    ),
  );
  await page.goto(`${on.server.url}/console/`);
  await page.getByLabel("Email").waitFor();
  await page.waitForLoadState("networkidle");
  const loaded = await Promise.all(answers);
  const size = loaded.reduce((sum, [, , bytes]) => sum + bytes, 0);
  assert.ok(loaded.length > 5);
  assert.ok(size < SIGN_IN_SIZE, `${size} bytes: ${loaded.map(([path, , bytes]) => `${path} ${bytes}`).join(", ")}`);
  assert.deepEqual(
    loaded.filter(([, status]) => status >= 400),
    [],
  );
  t.diagnostic(`${loaded.length} answers, ${size} bytes`);
});

test("the page's policy allows no inline script, style or frame", async (t) => {
  const { page } = await on.visitor(t);
  const response = await page.goto(`${on.server.url}/console/`);
  const policy = (await response?.headerValue("content-security-policy")) ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
});

test("what is there has a name for screen readers, and every control a label", async (t) => {
  const { page, user } = await on.signedIn(t);
  await user.api("POST", "/api/tasks", { title: "One", status: "open", urgent: true });
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  await page.getByRole("grid", { name: "Tasks" }).waitFor();
  const nameless = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("a, button, input, select, textarea")]
        .filter(
          (one) =>
            !(/** @type {HTMLElement} */ (one).hidden) &&
            !one.getAttribute("aria-label") &&
            !one.textContent?.trim() &&
            !(/** @type {HTMLInputElement} */ (one).labels?.length),
        )
        .map((one) => one.outerHTML),
    );
  assert.deepEqual(await nameless(), []);
  await page.getByRole("link", { name: /^Open/ }).click();
  await page.getByRole("dialog", { name: /^Task/ }).waitFor();
  await drawer(page).getByLabel("title").waitFor();
  assert.deepEqual(await nameless(), []);
});
