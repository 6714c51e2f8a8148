import assert from "node:assert/strict";
import { test } from "node:test";

import { auditQuery, detailOf, spokenAction } from "../../../static/js/admin/audit-query.js";
import { parseMetrics, percentile, pointBetween, shortNumber, sizeText } from "../../../static/js/admin/metrics.js";
import { ceiling, linesOf } from "../../../static/js/admin/plot-lines.js";

const text = (/** @type {number} */ ok, /** @type {number} */ slow) => `# TYPE hearth_requests_total counter
hearth_requests_total{status="2xx"} ${ok}
hearth_requests_total{status="5xx"} ${slow}
hearth_request_seconds_bucket{le="0.1"} ${ok}
hearth_request_seconds_bucket{le="1"} ${ok + slow}
hearth_request_seconds_bucket{le="+Inf"} ${ok + slow}
hearth_wal_bytes 2048
nonsense
`;

test("readings are read, and what is no number is left out", () => {
  const values = parseMetrics(text(3, 1));
  assert.equal(values.get('hearth_requests_total{status="2xx"}'), 3);
  assert.equal(values.get("hearth_wal_bytes"), 2048);
  assert.equal(values.size, 6);
});

test("between two readings there are rates and percentiles of what happened in between", () => {
  const before = { at: 1_000, values: parseMetrics(text(100, 10)) };
  const point = pointBetween(before, { at: 3_000, values: parseMetrics(text(106, 12)) });
  assert.equal(point?.requests, 4);
  assert.equal(point?.failed, 1);
  assert.equal(point?.wal, 2048);
  assert.ok(Math.abs((point?.p50 ?? 0) - 66.67) < 0.1);
  assert.ok((point?.p99 ?? 0) > 900);
  assert.equal(point?.commit95, null);
});

test("a server that was started anew gives no rate", () => {
  const before = { at: 1_000, values: parseMetrics(text(100, 10)) };
  assert.equal(pointBetween(before, { at: 3_000, values: parseMetrics(text(2, 0)) }), null);
});

test("a percentile lies within its bucket, and beyond the last bound it is that bound", () => {
  assert.equal(percentile([], 0.5), null);
  assert.equal(percentile([[1, 0], [Infinity, 0]], 0.5), null);
  assert.equal(percentile([[1, 10], [2, 10], [Infinity, 10]], 0.5), 0.5);
  assert.equal(percentile([[1, 0], [2, 10], [Infinity, 10]], 0.5), 1.5);
  assert.equal(percentile([[1, 0], [2, 0], [Infinity, 10]], 0.5), 2);
});

test("numbers and sizes are short", () => {
  assert.deepEqual([0, 0.128, 2, 12.34, 20, 1234.5].map(shortNumber), ["0", "0.13", "2", "12.3", "20", "1235"]);
  assert.deepEqual([0, 500, 2048, 1024 ** 2 * 150, 1024 ** 3 * 1.5].map(sizeText), ["0 B", "500 B", "2.0 KiB", "150 MiB", "1.5 GiB"]);
});

test("a plot's line breaks where nothing is known, and its axis ends at a round number", () => {
  const view = { width: 100, height: 12, since: 0, until: 100, most: 10 };
  const at = [0, 50, 60, 100].map((at, index) => ({ at, value: [0, 10, null, 5][index] ?? null }));
  assert.deepEqual(linesOf(at, view), ["0,11 50,1", "100,6 100,6"]);
  assert.deepEqual([[0], [0.3], [1], [7], [12], [99]].map((values) => ceiling(values)), [1, 0.5, 1, 10, 20, 100]);
  assert.deepEqual([ceiling([272 * 1024], true), ceiling([1024], true)], [512 * 1024, 1024]);
});

test("the audit is asked for what was typed alone", () => {
  const none = { user: " ", action: "", period: "" };
  assert.equal(auditQuery(none, null, 0), "limit=50");
  const all = { user: " a+b@example.com", action: "sign_in", period: "hour" };
  const query = new URLSearchParams(auditQuery(all, "c", Date.parse("2026-11-26T12:00:00Z")));
  assert.deepEqual(Object.fromEntries(query), {
    limit: "50",
    user: "a+b@example.com",
    action: "sign_in",
    since: "2026-11-26T11:00:00.000Z",
    cursor: "c",
  });
  assert.equal(spokenAction("second_factor_added"), "Second factor added");
  assert.equal(detailOf({ user_agent: "curl", tries: 2, more: { a: 1 } }), 'device: curl, tries: 2, more: {"a":1}');
});
