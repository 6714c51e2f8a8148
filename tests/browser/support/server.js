/**
 * A Hearth of its own for a test file: the binary that HEARTH_BIN names, in an empty folder with the tests' models, on a
 * free port. With HEARTH_URL the tests use a server that runs already.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../fixtures/config.toml", import.meta.url));
const SETUP_LINK = /\/console\/?#\/setup\/([\w-]+)/;

/** @typedef {{ url: string, folder: string, setupToken: () => string | null, said: () => string, restart: () => Promise<void>, stop: () => Promise<void> }} Server */

/**
 * @param {string} [append] what config.toml has beside the models
 * @param {{ keep?: boolean, config?: string }} [options] `keep`: its data outlive a restart; `config`: in place of the tests' models
 * @returns {Promise<Server>}
 */
export async function startServer(append = "", { keep = false, config } = {}) {
  const running = process.env["HEARTH_URL"];
  if (running)
    return {
      url: running.replace(/\/$/, ""),
      folder: "",
      setupToken: () => process.env["HEARTH_SETUP_TOKEN"] ?? null,
      said: () => "",
      restart: () => Promise.reject(new Error("A server that runs already is not restarted")),
      stop: async () => {},
    };
  const binary = process.env["HEARTH_BIN"];
  if (!binary)
    throw new Error("Set HEARTH_BIN to Hearth's binary, as in HEARTH_BIN=target/debug/hearth, or HEARTH_URL to a running server");
  const folder = mkdtempSync(join(tmpdir(), "hearth-console-"));
  writeFileSync(join(folder, "config.toml"), config ?? `${readFileSync(CONFIG, "utf8")}\n${append}`);
  let said = "";
  const start = (/** @type {string} */ port) => {
    const kept = keep ? [] : ["--ephemeral"];
    const child = spawn(resolve(binary), ["serve", ...kept, "--port", port], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    child.stderr.on("data", (text) => (said += text));
    return { child, ended: new Promise((done) => child.once("exit", done)) };
  };
  let now = start("0");
  const { url } = await ready(now.child, () => said);
  now.child.stdout.on("data", (text) => (said += text));
  const end = async () => {
    now.child.kill("SIGTERM");
    await now.ended;
  };
  return {
    url: url.replace(/\/$/, ""),
    folder,
    setupToken: () => SETUP_LINK.exec(said)?.[1] ?? null,
    said: () => said,
    async restart() {
      await end();
      now = start(new URL(url).port);
      now.child.stdout.resume();
      // Only with a free port the first line is JSON.
      while (!(await fetch(`${url.replace(/\/$/, "")}/readyz`).then(({ ok }) => ok, () => false))) {
        if (now.child.exitCode !== null) throw new Error(said);
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, import("node:stream").Readable>} child
 * @param {() => string} said
 * @returns {Promise<{ url: string }>}
 */
function ready(child, said) {
  return new Promise((done, fail) => {
    const lines = createInterface({ input: child.stdout });
    lines.once("line", (line) => {
      lines.close();
      child.stdout.resume();
      try {
        done(JSON.parse(line));
      } catch {
        fail(new Error(`The first line is not JSON: ${line}\n${said()}`));
      }
    });
    child.once("exit", (code) => fail(new Error(`hearth serve ended with ${code}\n${said()}`)));
    child.once("error", fail);
  });
}

const PASSWORD = "correct horse battery staple";
let users = 0;

/** A user, and the API as that user. @param {string} url */
export async function newUser(url) {
  users += 1;
  const email = `user${users}.${process.pid}.${Date.now()}@example.com`;
  const { data } = await ask(url, "POST", "/api/auth/register", { email, password: PASSWORD });
  const api = (/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body) =>
    ask(url, method, path, body, data.access_token);
  return { email, password: PASSWORD, api };
}

/** The cookies of a new session. @param {string} url @param {{ email: string, password: string }} user */
export async function cookiesOf(url, { email, password }) {
  const body = JSON.stringify({ email, password });
  const answer = await fetch(`${url}/api/auth/login`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return answer.headers.getSetCookie().map((cookie) => {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    return { name, value, domain: new URL(url).hostname, path: /path=([^;]+)/i.exec(cookie)?.[1] ?? "/", httpOnly: true };
  });
}

/**
 * @param {string} url
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {string} [token]
 */
async function ask(url, method, path, body, token) {
  /** @type {Record<string, string>} */
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const response = await fetch(url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}
