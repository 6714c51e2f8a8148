/** Lines of the server's log in words. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { clockOf, logQuery, toneOf, wordsOf } from "../../../static/js/admin/log-lines.js";

const line = (more) => ({ seq: 1, at: "2026-11-26T12:00:00.250Z", level: "info", message: "request", fields: {}, ...more });

test("a request is written as usual, another line with what belongs to it", () => {
  const fields = { method: "POST", path: "/api/items", status: 201, ms: 1.5, user: "u", request_id: "r" };
  assert.equal(wordsOf(line({ fields })), "POST /api/items 201 1.5 ms");
  assert.equal(wordsOf(line({ message: "backup", fields: { name: "x.db", size: 7, request_id: "r" } })), "backup  name=x.db  size=7");
  assert.equal(wordsOf(line({ message: "", fields: { a: { b: null } } })), 'a={"b":null}');
});

test("a request that failed looks as grave as it is", () => {
  for (const [level, status, tone] of [["info", 201, "info"], ["info", 404, "warn"], ["info", 503, "error"], ["warn", 201, "warn"]])
    assert.equal(toneOf(line({ level, fields: { status } })), tone);
  assert.equal(toneOf(line({ message: "other", fields: { status: 500 } })), "info");
});

test("what is asked has no empty parts, and waits only for what comes after", () => {
  assert.equal(logQuery({ level: "", text: "  " }, null, 25), "");
  assert.equal(logQuery({ level: "warn", text: " a b " }, null, 25), "level=warn&q=a+b");
  assert.equal(logQuery({ level: "", text: "" }, 0, 25), "after=0&wait=25");
});

test("times are this clock's, to the millisecond", () => {
  assert.match(clockOf("2026-11-26T12:00:00.250Z"), /^\d\d:00:00\.250$/);
  assert.equal(clockOf("never"), "never");
});
