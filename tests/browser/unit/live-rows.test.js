/** What a change of somebody else does to the rows that are shown. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { anchored, isSame, mayAppear, mayMove } from "../../../static/js/live-rows.js";

const list = (...ids) => ({ get: (at) => (ids[at] === undefined ? undefined : { id: ids[at] }), placeOf: (id) => ids.indexOf(Number(id)) });

test("a change moves a row only by what the list is ordered or filtered by", () => {
  const before = { id: 1, name: "a", done: false };
  assert.equal(mayMove(before, { ...before, name: "b" }, { sort: "-id", filters: [] }), false);
  assert.equal(mayMove(before, { ...before, name: "b" }, { sort: "-name", filters: [] }), true);
  assert.equal(mayMove(before, { ...before, done: true }, { sort: "-id", filters: [["done", "false"]] }), true);
  assert.equal(mayMove(before, { ...before, more: undefined }, { sort: "more", filters: [] }), false);
});

test("what is out of sight comes into it only where the order or a filter can change", () => {
  assert.equal(mayAppear({ sort: "-id", filters: [] }), false);
  assert.equal(mayAppear({ sort: "created_at", filters: [] }), false);
  assert.equal(mayAppear({ sort: "-updated_at", filters: [] }), true);
  assert.equal(mayAppear({ sort: "-id", filters: [["a", "1"]] }), true);
});

test("what is read stays where it is, whatever comes or goes above", () => {
  const view = { top: 25, height: 10, count: 3 };
  assert.deepEqual(anchored(list(9, 8, 7, 6, 5), list(11, 10, 9, 8, 7, 6, 5), view), { top: 45, moved: 2 });
  assert.deepEqual(anchored(list(9, 8, 7, 6, 5), list(9, 7, 6, 5), view), { top: 15, moved: -1 });
  // The first one in sight is gone: the next one stays.
  assert.deepEqual(anchored(list(9, 8, 7, 6, 5), list(9, 8, 6, 5), view), { top: 15, moved: -1 });
  assert.deepEqual(anchored(list(9, 8, 7), list(1, 2), view), { top: 25, moved: 0 });
  // At the top one sees what comes.
  assert.deepEqual(anchored(list(9, 8), list(10, 9, 8), { ...view, top: 0 }), { top: 0, moved: 0 });
});

test("records are the same by what is in them, long numbers too", () => {
  assert.equal(isSame({ id: 1, big: 9007199254740993n }, { id: 1, big: 9007199254740993n }), true);
  assert.equal(isSame({ id: 1, tags: ["a"] }, { id: 1, tags: ["b"] }), false);
  assert.equal(isSame({ id: 1 }, undefined), false);
});
