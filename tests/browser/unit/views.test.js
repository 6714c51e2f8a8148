/** Saved views of a table. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { keepLiking, likingOf, readLiking, withView } from "../../../static/js/views.js";

const view = (name, more = {}) => ({ name, sort: null, filters: [], columns: null, ...more });

test("what was kept is read, and what does not fit is left out", () => {
  const kept = { columns: ["name"], views: [view("Open", { sort: "-name", filters: [["status", "open"]] })] };
  assert.deepEqual(readLiking(JSON.stringify(kept)), kept);
  const wrong = [null, {}, view(1), view("a", { sort: 1 }), view("a", { filters: [["x"]] }), view("a", { columns: [1] })];
  assert.deepEqual(readLiking(JSON.stringify({ columns: "name", views: [...wrong, view("Good")] })), {
    columns: null,
    views: [view("Good")],
  });
  for (const text of [null, "", "no json", "null", "[]", "7", '{"views":{}}'])
    assert.deepEqual(readLiking(text), { columns: null, views: [] }, String(text));
});

test("a view of the same name is replaced, and views stand by their names", () => {
  const liking = { columns: ["name"], views: [view("b"), view("c")] };
  const more = withView(withView(liking, view("a")), view("b", { sort: "name" }));
  assert.deepEqual(more.views, [view("a"), view("b", { sort: "name" }), view("c")]);
  assert.deepEqual(more.columns, ["name"]);
});

test("each user and model has its own, and without storage there is just none", () => {
  assert.deepEqual(likingOf("u", "items"), { columns: null, views: [] });
  keepLiking("u", "items", { columns: ["a"], views: [] });
  const kept = new Map();
  // @ts-expect-error as much of it as is used
  globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };
  keepLiking("u", "items", { columns: ["a"], views: [view("x")] });
  assert.deepEqual(likingOf("u", "items"), { columns: ["a"], views: [view("x")] });
  assert.deepEqual(likingOf("v", "items").views, []);
  assert.deepEqual(likingOf("u", "notes").views, []);
});
