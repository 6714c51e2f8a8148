/** A record's history: what was changed from what to what. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { entriesOf, reachOf } from "../../../static/js/history.js";

const change = (seq, op, item) => ({ seq, at: `2026-11-26T12:00:0${seq}Z`, op, ...(item && { item: { id: 7, ...item } }) });

test("each change says which fields it changed, the newest first", () => {
  const entries = entriesOf([
    change(1, "insert", { name: "a", tags: ["x"], updated_at: "1" }),
    change(2, "update", { name: "b", tags: ["x"], updated_at: "2" }),
    change(3, "update", { name: "b", tags: ["x", "y"], note: "new", updated_at: "3" }),
    change(4, "update", { name: "b", tags: ["x", "y"], note: "new", updated_at: "4" }),
    change(5, "delete"),
  ]);
  assert.deepEqual(entries.map(({ op }) => op), ["delete", "update", "update", "update", "insert"]);
  assert.deepEqual(entries.map(({ steps }) => steps), [
    [],
    [],
    [{ name: "tags", before: ["x"], after: ["x", "y"] }, { name: "note", before: null, after: "new" }],
    [{ name: "name", before: "a", after: "b" }],
    [],
  ]);
});

test("of the first one that is kept it is not known what was before", () => {
  const [second, first] = entriesOf([change(1, "update", { n: 1 }), change(2, "update", { n: 2 })]);
  assert.equal(first?.steps, null);
  assert.deepEqual(second?.steps, [{ name: "n", before: 1, after: 2 }]);
  // A record made anew under the same id owes nothing to the one before.
  const [anew] = entriesOf([change(1, "insert", { n: 1 }), change(2, "delete"), change(3, "insert", { n: 5 })]);
  assert.deepEqual(anew?.steps, []);
});

test("it says how far back it goes", () => {
  const time = (/** @type {string} */ at) => at.slice(11, 16);
  assert.match(reachOf([], true, time), /Nothing of it is kept/);
  assert.equal(reachOf([change(1, "insert", {})], true, time), "From its beginning.");
  assert.match(reachOf([change(1, "update", {})], true, time), /since 12:00/);
  assert.match(reachOf([change(1, "insert", {})], false, time), /first 1 that are kept; the newest are left out/);
});
