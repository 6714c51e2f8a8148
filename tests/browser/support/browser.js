/**
 * Chromium, and pages that watch themselves: a message in the console, a breach of the content security policy, or a
 * request to another origin fails the test in which it happens.
 */

import assert from "node:assert/strict";

import { chromium } from "playwright-core";

import { cookiesOf, newUser, startServer } from "./server.js";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** The browser's own word about an answer that is no success, or a socket that was left or refused; the tests know those. */
const EXPECTED =
  /^(Failed to load resource: (the server responded with a status of 4\d\d|net::ERR_(INTERNET_DISCONNECTED|FAILED))|WebSocket connection to 'ws:[^']*' failed: (WebSocket is closed before|HTTP Authentication failed))/;
/** And of a server that is away for a moment, where a test restarts it. */
const AWAY = /^(Failed to load resource: net::ERR_|WebSocket connection to 'ws:[^']*' failed: )/;

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof newUser>>} User */

/**
 * A server and a browser for one test file.
 * @param {{ append?: string, keep?: boolean, server?: import("./server.js").Server }} [options] what its config.toml has beside the models,
 *   and whether its data outlive a restart; or a server of its own
 */
export async function stage(options = {}) {
  const server = options.server ?? (await startServer(options.append, options));
  const mayRestart = options.keep === true;
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
  });
  return {
    server,
    /**
     * A browser of its own for a test.
     * @param {import("node:test").TestContext} t
     * @param {import("playwright-core").BrowserContextOptions} [options]
     */
    async visitor(t, options = {}) {
      const context = await browser.newContext({
        reducedMotion: "reduce",
        viewport: { width: 1280, height: 800 },
        locale: "en-GB",
        timezoneId: "Europe/Berlin",
        ...options,
      });
      context.setDefaultTimeout(10_000);
      /** @type {string[]} */
      const faults = [];
      context.on("page", (page) => watch(page, server.url, faults, mayRestart));
      t.after(async () => {
        await context.close();
        assert.deepEqual(faults, []);
      });
      return { context, page: await context.newPage() };
    },
    /** A signed-in visitor, at `hash`. @param {import("node:test").TestContext} t @param {string} [hash] @param {import("playwright-core").BrowserContextOptions} [options] */
    async signedIn(t, hash = "#/", options = {}) {
      const user = await newUser(server.url);
      const { context, page } = await this.visitor(t, options);
      await page.goto(`${server.url}/console/${hash}`);
      await signIn(page, user);
      return { context, page, user };
    },
    /**
     * Somebody who is signed in already, at `hash`: by the cookie alone, since other tests look at the sign-in.
     * @param {import("node:test").TestContext} t
     * @param {{ email: string, password: string }} user
     * @param {string} hash
     * @param {import("playwright-core").BrowserContextOptions} [options]
     */
    async arrived(t, user, hash, options = {}) {
      const { context, page } = await this.visitor(t, options);
      await context.addCookies(await cookiesOf(server.url, user));
      // As `auth-store.js` notes it.
      await context.addInitScript(() => localStorage.setItem("hearth.signed_in", "1"));
      await page.goto(`${server.url}/console/${hash}`);
      return { context, page };
    },
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

/**
 * @param {Page} page
 * @param {string} url
 * @param {string[]} faults
 * @param {boolean} keep whether the server may be restarted
 */
function watch(page, url, faults, keep) {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !EXPECTED.test(message.text()) && !(keep && AWAY.test(message.text()))) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error.stack)));
  page.on("request", (request) => {
    const own = [`${url}/`, `blob:${url}/`, "data:"];
    if (!own.some((one) => request.url().startsWith(one))) faults.push(`request to ${request.url()}`);
  });
}

/**
 * @param {Page} page
 * @param {{ email: string, password: string }} user
 */
export async function signIn(page, { email, password }) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("hearth-shell h1").waitFor();
}

/** The drawer with a record's form. @param {Page} page */
export function drawer(page) {
  return page.locator("dialog.drawer");
}

/**
 * Goes on by the Tab key until something of this name has the focus.
 * @param {Page} page
 * @param {string} name
 */
export async function tabTo(page, name) {
  for (let at = 0; at < 80; at += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const active = /** @type {HTMLElement | null} */ (document.activeElement);
      const label = /** @type {HTMLInputElement | null} */ (active)?.labels?.[0];
      return (active?.getAttribute("aria-label") ?? label?.textContent ?? active?.textContent ?? "").trim();
    });
    if (focused === name) return;
  }
  assert.fail(`Tab does not reach ${name}`);
}
