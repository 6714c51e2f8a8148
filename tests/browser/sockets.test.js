/** The browser's own WebSocket, and a stream read by `fetch`, from a page of the console's origin. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { stage } from "./support/browser.js";
import { newUser } from "./support/server.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

/** @typedef {{ type: string, [member: string]: any }} Frame */
/** @typedef {import("playwright-core").Page} Page */

/**
 * A page of the console's origin, signed in by hand, whose `live` is a socket with all of its frames.
 * @param {import("node:test").TestContext} t
 */
async function opened(t) {
  const user = await newUser(on.server.url);
  const { page } = await on.visitor(t);
  await page.goto(`${on.server.url}/console/`);
  const welcome = await page.evaluate(async ({ email, password }) => {
    const headers = { "Content-Type": "application/json" };
    const login = await fetch("/api/auth/login", { method: "POST", headers, body: JSON.stringify({ email, password }) });
    const { access_token: token } = (await login.json()).data;
    const hidden = btoa(token).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws", ["hearth.v1", `bearer.${hidden}`]);
    /** @type {Frame[]} */
    const frames = [];
    const live = { token, socket, frames, closed: 0 };
    Object.assign(globalThis, { live });
    socket.onmessage = ({ data }) => frames.push(JSON.parse(data));
    socket.onclose = ({ code }) => (live.closed = code);
    await new Promise((done, fail) => {
      socket.onopen = done;
      socket.onerror = () => fail(new Error("the socket did not open"));
    });
    return socket.protocol;
  }, { email: user.email, password: user.password });
  assert.equal(welcome, "hearth.v1");
  return { user, page };
}

/** @param {Page} page @param {object} frame */
const say = (page, frame) => page.evaluate((frame) => /** @type {any} */ (globalThis).live.socket.send(JSON.stringify(frame)), frame);

/** The frames so far, once the last is of that type. @param {Page} page @param {string} type @returns {Promise<Frame[]>} */
async function until(page, type) {
  await page.waitForFunction((type) => /** @type {any} */ (globalThis).live.frames.at(-1)?.type === type, type);
  return page.evaluate(() => /** @type {any} */ (globalThis).live.frames.splice(0));
}

test("a page subscribes with a snapshot and sees each change", async (t) => {
  const { page, user } = await opened(t);
  const { item } = await user.api("POST", "/api/items", { name: "before" });
  await until(page, "welcome");
  await say(page, { type: "subscribe", id: 1, channel: "records:items", snapshot: true });
  const [ok, snapshot, live] = await until(page, "live");
  assert.deepEqual(ok, { type: "ok", id: 1 });
  assert.deepEqual([snapshot?.["items"], snapshot?.["more"]], [[item], false]);
  assert.equal(live?.["seq"], snapshot?.["seq"]);
  const changed = await user.api("PATCH", `/api/items/${item.id}`, { name: "after" });
  const [update] = await until(page, "change");
  assert.deepEqual([update?.["op"], update?.["item"]], ["update", changed.item]);
  await user.api("DELETE", `/api/items/${item.id}`);
  const [gone] = await until(page, "change");
  assert.deepEqual([gone?.["op"], gone?.["key"], gone?.["item"]], ["delete", item.id, undefined]);
  // A sign-out elsewhere ends it.
  await page.evaluate(() => {
    const { token } = /** @type {any} */ (globalThis).live;
    return fetch("/api/auth/logout", { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  });
  await page.waitForFunction(() => /** @type {any} */ (globalThis).live.closed === 4401);
});

test("a page reads a run's stream by fetch, to its end", async (t) => {
  const { page, user } = await opened(t);
  const { item } = await user.api("POST", "/api/executions", { task: "a" });
  const path = `/api/executions/${item.id}`;
  await user.api("POST", `${path}/cancel`, { reason: "enough" });
  const stored = await user.api("GET", `${path}/events`);
  const seen = await page.evaluate(async (path) => {
    const headers = { Accept: "text/event-stream", Authorization: `Bearer ${/** @type {any} */ (globalThis).live.token}` };
    const response = await fetch(`${path}/events`, { headers });
    const text = await response.text();
    const again = await fetch(`${path}/events`, { headers: { ...headers, "Last-Event-ID": "99" } });
    return { kind: response.headers.get("content-type"), text, again: again.status };
  }, path);
  assert.equal(seen.kind, "text/event-stream");
  const blocks = seen.text.trimEnd().split("\n\n");
  const end = blocks.pop();
  const events = blocks.map((block) => JSON.parse(block.slice(block.indexOf("data: ") + 6)));
  assert.deepEqual(events, stored.items);
  assert.match(end ?? "", /^event: end\ndata: .*"state":"cancelled"/);
  assert.equal(seen.again, 204);
});

test("an EventSource gets in by a ticket, and hears all to the end", async (t) => {
  const { page, user } = await opened(t);
  const { item } = await user.api("POST", "/api/executions", { task: "a" });
  const { data } = await user.api("POST", "/api/auth/ws-ticket", {});
  await page.evaluate(
    ({ id, ticket }) => {
      const source = new EventSource(`/api/executions/${id}/events?ticket=${ticket}`);
      const heard = { events: /** @type {any[]} */ ([]), end: /** @type {any} */ (null) };
      Object.assign(globalThis, { heard });
      source.onmessage = ({ lastEventId, data }) => heard.events.push([lastEventId, JSON.parse(data)]);
      source.addEventListener("end", ({ data }) => {
        heard.end = JSON.parse(data);
        source.close();
      });
    },
    { id: item.id, ticket: data.ticket },
  );
  await page.waitForFunction(() => /** @type {any} */ (globalThis).heard.events.length === 1);
  await user.api("POST", `/api/executions/${item.id}/cancel`, { reason: "enough" });
  await page.waitForFunction(() => /** @type {any} */ (globalThis).heard.end !== null);
  const heard = await page.evaluate(() => /** @type {any} */ (globalThis).heard);
  const stored = await user.api("GET", `/api/executions/${item.id}/events`);
  assert.deepEqual(heard.events, stored.items.map((/** @type {any} */ one) => [String(one.seq), one]));
  assert.equal(heard.end.state, "cancelled");
});

test("an EventSource without one is refused and stops", async (t) => {
  const { page, user } = await opened(t);
  const { item } = await user.api("POST", "/api/executions", { task: "a" });
  const state = await page.evaluate((id) => {
    const source = new EventSource(`/api/executions/${id}/events`);
    return new Promise((done) => (source.onerror = () => done(source.readyState)));
  }, item.id);
  assert.equal(state, 2);
});
