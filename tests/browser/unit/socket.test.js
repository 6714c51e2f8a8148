import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { connect } from "../../../static/js/socket.js";

/** What the page opened, one after the other. */
let opened = [];

class FakeStream {
  said = [];
  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    opened.push(this);
  }
  send(text) {
    this.said.push(JSON.parse(text));
  }
  close() {}
  tell(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

const settle = () => new Promise((done) => setImmediate(done));

beforeEach(() => {
  opened = [];
  globalThis.WebSocket = FakeStream;
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

async function start(watched = {}) {
  const asked = [];
  const token = async (stale) => {
    asked.push(stale);
    return `t${asked.length}`;
  };
  const socket = connect({ url: "ws://x/ws", token });
  const seen = [];
  socket.watch("records:items", { snapshot: true, ...watched }, {
    snapshot: (items, first) => seen.push(["snapshot", items.length, first]),
    change: ({ seq }) => seen.push(["change", seq]),
    reset: ({ reason }) => seen.push(["reset", reason]),
  });
  await settle();
  return { asked, seen, socket };
}

async function again() {
  mock.timers.tick(60_000);
  await settle();
  return opened.at(-1);
}

test("the token stands in a subprotocol, and a snapshot comes first", async () => {
  const { seen } = await start({ where: { done: false } });
  const [stream] = opened;
  assert.deepEqual(stream.protocols, ["hearth.v1", "bearer.dDE"]);
  stream.tell({ type: "welcome", epoch: "e1" });
  assert.deepEqual(stream.said, [{ type: "subscribe", channel: "records:items", where: { done: false }, snapshot: true }]);
  stream.tell({ type: "snapshot", channel: "records:items", seq: 5, items: [{}, {}], more: true });
  stream.tell({ type: "snapshot", channel: "records:items", seq: 5, items: [{}], more: false });
  stream.tell({ type: "change", channel: "records:items", seq: 6, op: "delete", key: 1 });
  assert.deepEqual(seen, [["snapshot", 2, true], ["snapshot", 1, false], ["change", 6]]);
});

test("it comes back with its place, and takes nothing twice", async () => {
  const { seen } = await start();
  opened[0].tell({ type: "welcome", epoch: "e1" });
  opened[0].tell({ type: "snapshot", channel: "records:items", seq: 5, items: [], more: false });
  opened[0].tell({ type: "live", channel: "records:items", seq: 5 });
  opened[0].tell({ type: "change", channel: "records:items", seq: 7, op: "delete", key: 1 });
  opened[0].tell({ type: "ping", seq: 9 });
  assert.deepEqual(opened[0].said.at(-1), { type: "pong" });
  opened[0].onclose({ code: 1006 });
  const stream = await again();
  stream.tell({ type: "welcome", epoch: "e1" });
  assert.deepEqual(stream.said, [{ type: "subscribe", channel: "records:items", after: 9, epoch: "e1" }]);
  stream.tell({ type: "change", channel: "records:items", seq: 9, op: "delete", key: 2 });
  stream.tell({ type: "change", channel: "records:items", seq: 10, op: "delete", key: 2 });
  assert.deepEqual(seen, [["snapshot", 0, true], ["change", 7], ["change", 10]]);
});

test("a snapshot that broke off begins anew, and so does what was reset", async () => {
  const { seen } = await start();
  opened[0].tell({ type: "welcome", epoch: "e1" });
  opened[0].tell({ type: "snapshot", channel: "records:items", seq: 5, items: [{}], more: true });
  opened[0].onclose({ code: 4503 });
  const stream = await again();
  stream.tell({ type: "welcome", epoch: "e1" });
  assert.equal(stream.said[0].snapshot, true);
  stream.tell({ type: "reset", channel: "records:items", reason: "trimmed", first: 40, seq: 58 });
  assert.equal(stream.said[1].snapshot, true);
  assert.deepEqual(seen, [["snapshot", 1, true], ["reset", "trimmed"]]);
});

test("what was asked for before a channel was left is not taken for what it is watched for now", async () => {
  const { socket } = await start();
  opened[0].tell({ type: "welcome", epoch: "e1" });
  const channel = "records:notes";
  const seen = [];
  const handlers = (name) => ({
    snapshot: (items, first) => seen.push([name, items[0].id, first]),
    error: ({ code }) => seen.push([name, code]),
  });
  const leave = socket.watch(channel, { snapshot: true }, handlers("old"));
  opened[0].tell({ type: "snapshot", channel, seq: 5, items: [{ id: 1 }], more: true });
  leave();
  socket.watch(channel, { snapshot: true, where: { done: true } }, handlers("new"));
  const [left, asked] = opened[0].said.slice(-2);
  assert.deepEqual([left.type, left.channel, asked.type], ["unsubscribe", channel, "subscribe"]);
  // What was on its way: a page, the end of the snapshot, a reset that would ask once more, an error that is not ours.
  const said = opened[0].said.length;
  opened[0].tell({ type: "snapshot", channel, seq: 5, items: [{ id: 2 }], more: false });
  opened[0].tell({ type: "live", channel, seq: 5 });
  opened[0].tell({ type: "reset", channel, reason: "schema", first: 1, seq: 5 });
  opened[0].tell({ type: "error", channel, code: "forbidden", detail: "" });
  opened[0].tell({ type: "error", id: left.id, code: "not_found", detail: "" });
  opened[0].tell({ type: "snapshot", channel, seq: 6, items: [{ id: 3 }], more: false });
  assert.equal(opened[0].said.length, said);
  assert.deepEqual(seen, [["old", 1, true], ["new", 3, true]]);
});

test("a ping moves no place that is not up to date, and none of another log", async () => {
  const { socket } = await start();
  opened[0].tell({ type: "welcome", epoch: "e1" });
  const seen = [];
  const take = { change: ({ seq }) => seen.push(seq), event: ({ seq }) => seen.push(seq) };
  socket.watch("records:notes", { after: 3 }, take);
  socket.watch("execution:x", { after: 1 }, take);
  // It was said before the server heard of them.
  opened[0].tell({ type: "ping", seq: 90 });
  opened[0].tell({ type: "change", channel: "records:notes", seq: 4, op: "delete", key: 1 });
  opened[0].tell({ type: "live", channel: "execution:x", seq: 1 });
  opened[0].tell({ type: "ping", seq: 90 });
  opened[0].tell({ type: "event", channel: "execution:x", seq: 2 });
  assert.deepEqual(seen, [4, 2]);
  opened[0].tell({ type: "live", channel: "records:notes", seq: 4 });
  opened[0].tell({ type: "ping", seq: 91 });
  opened[0].onclose({ code: 1006 });
  const stream = await again();
  stream.tell({ type: "welcome", epoch: "e1" });
  assert.deepEqual(stream.said.map(({ channel, after }) => [channel, after]), [
    ["records:items", undefined], ["records:notes", 91], ["execution:x", 2],
  ]);
});

test("an ended token is replaced, also before it ends", async () => {
  const { asked } = await start();
  opened[0].tell({ type: "welcome", epoch: "e1" });
  opened[0].tell({ type: "expiring", in: 30 });
  await settle();
  assert.deepEqual(opened[0].said.at(-1), { type: "auth", token: "t2" });
  opened[0].onclose({ code: 4401 });
  await again();
  assert.deepEqual(asked, [null, "t1", "t2"]);
});

test("after a final no it does not come back, nor after its end", async () => {
  const { socket } = await start();
  opened[0].onclose({ code: 4403 });
  await again();
  assert.equal(opened.length, 1);
  socket.close();
});

test("a connection that waits to be tried again is tried at once when asked to, and only then", async () => {
  const { socket } = await start();
  socket.hurry();
  await settle();
  assert.equal(opened.length, 1);
  opened[0].onclose({ code: 1006 });
  socket.hurry();
  await settle();
  assert.equal(opened.length, 2);
  mock.timers.tick(60_000);
  await settle();
  assert.equal(opened.length, 2);
});

test("what still comes of a channel that was left is not taken for the new watch's", async () => {
  const { socket } = await start();
  opened[0].tell({ type: "welcome", epoch: "e1" });
  const end = socket.watch("execution:x", { after: 57 }, {});
  end();
  const { id } = opened[0].said.at(-1);
  const seen = [];
  socket.watch("execution:x", { after: 0 }, { event: ({ seq }) => seen.push(seq) });
  opened[0].tell({ type: "event", channel: "execution:x", seq: 58 });
  opened[0].tell({ type: "ok", id });
  opened[0].tell({ type: "event", channel: "execution:x", seq: 1 });
  assert.deepEqual(seen, [1]);
});
