/** Filters as they are typed, offered and shown. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { filterable, parseFilter, suggestFilters, withFilter } from "../../../static/js/filters.js";

const field = (name, type, more = {}) => ({ name, type, inItem: true, writeOnly: false, ...more });
const FIELDS = [
  field("status", "string", { options: ["open", "done"] }),
  field("Points", "integer"),
  field("public", "boolean"),
  field("title", "string"),
];

test("what can't be compared, or is never shown, is no filter", () => {
  const all = [...FIELDS, field("tags", "array"), field("meta", "object"), field("secret", "string", { writeOnly: true })];
  assert.deepEqual(filterable([...all, { ...field("gone", "string"), inItem: false }]).map(({ name }) => name), [
    "status",
    "Points",
    "public",
    "title",
  ]);
});

test("a typed filter is a field and a value, by a colon or an equals sign", () => {
  for (const [text, filter] of [
    ["status: open", ["status", "open"]],
    ["status=done", ["status", "done"]],
    ["points : 7", ["Points", "7"]],
    ["title: a: b = c", ["title", "a: b = c"]],
    ["public:false", ["public", "false"]],
  ])
    assert.deepEqual(parseFilter(text, FIELDS), { filter }, text);
});

test("what is no filter says what would be one", () => {
  for (const [text, said] of [
    ["", /like status: open/],
    ["open", /like status: open/],
    ["stat: open", /no field “stat”/],
    ["status:", /the value of status/],
    ["status: wrong", /one of open, done/],
    ["public: yes", /true or false/],
    ["Points: many", /^Points: /],
  ])
    assert.match(parseFilter(text, FIELDS).fault, said, text);
});

test("fields are offered, then their values, those that fit best first", () => {
  const items = [{ id: 1, title: "Second thoughts" }, { id: 2, title: "A second" }, { id: 3, title: null }];
  assert.deepEqual(suggestFilters("", FIELDS, items).map(({ label }) => label), ["status", "Points", "public", "title"]);
  assert.deepEqual(suggestFilters("status: ", FIELDS, items).map(({ value }) => value), ["status: open", "status: done"]);
  assert.deepEqual(suggestFilters("title: sec", FIELDS, items).map(({ label }) => label), ["Second thoughts", "A second"]);
  // A value alone finds its field.
  assert.equal(suggestFilters("done", FIELDS, items)[0].value, "status: done");
});

test("a filter is there once, and the last that was added is the last", () => {
  const filters = [["a", "1"], ["b", "2"]];
  assert.deepEqual(withFilter(filters, ["a", "1"]), [["b", "2"], ["a", "1"]]);
  assert.deepEqual(withFilter(filters, ["a", "2"]), [["a", "1"], ["b", "2"], ["a", "2"]]);
});
