/** Files of records: how they are read, mapped and checked before they are sent. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { bodiesOf, faultsByRecord, guessMapping, readSheet } from "../../../static/js/import.js";

const field = (name, type, more = {}) => ({ name, type, inItem: true, inCreate: true, writeOnly: false, ...more });
const FIELDS = [field("name", "string"), field("due_at", "string", { format: "date-time" }), field("done", "boolean"), field("points", "integer"), field("tags", "array")];

test("CSV, JSON, JSON lines and an answer of the API are told by what is in them", () => {
  assert.deepEqual(readSheet("x.csv", " name ,done\na,yes\n"), { names: ["name", "done"], rows: [["a", "yes"]], isText: true });
  const read = { names: ["name", "done"], rows: [["a", true], ["b", undefined]], isText: false };
  const [one, other] = ['{"name":"a","done":true}', '{"name":"b"}'];
  for (const [name, text] of [
    ["x.json", `[${one},${other}]`],
    ["x.jsonl", `${one}\n\n${other}\n`],
    ["x.json", `${one}\n${other}`],
    ["x.json", `{"success":true,"items":[${one},${other}]}`],
  ])
    assert.deepEqual(readSheet(name, text), read, text);
});

test("what can't be read is told in a sentence, with the line", () => {
  for (const [text, said] of [
    ["", /The file is empty/],
    ["[1]", /Record 1 is not an object/],
    ["[]", /no records/],
    ["[{]", /not valid JSON/],
    ['{"a":1}\n{"a":', /Line 2 is not valid JSON/],
  ])
    assert.throws(() => readSheet("x.jsonl", text), said, text);
});

test("columns find their fields whatever the capitals and signs between words, each field once", () => {
  assert.deepEqual(guessMapping(["Name", "due at", "Due_At", "id", "created_at", "other"], FIELDS), ["name", "due_at", null, null, null, null]);
});

test("texts become values, an empty cell says nothing, and each fault has its row", () => {
  const sheet = {
    names: ["name", "done", "points", "tags", "due"],
    rows: [
      ["a", "Yes", "7", '["x"]', "2026-11-26T12:00:00Z"],
      ["", "", "", "", ""],
      ["b", "maybe", "many", "x", ""],
    ],
    isText: true,
  };
  const { bodies, refused } = bodiesOf(sheet, ["name", "done", "points", "tags", "due_at"], FIELDS);
  assert.deepEqual(bodies, [
    { row: 1, body: { name: "a", done: true, points: 7, tags: ["x"], due_at: "2026-11-26T12:00:00Z" } },
    { row: 2, body: {} },
  ]);
  assert.equal(refused.length, 1);
  assert.equal(refused[0].row, 3);
  assert.deepEqual(refused[0].reasons.map((text) => text.split(":")[0]), ["done", "points", "tags"]);
});

test("columns that are left out are, and values of JSON stay what they are", () => {
  const sheet = { names: ["a", "b"], rows: [["x", 1], [undefined, 2]], isText: false };
  assert.deepEqual(bodiesOf(sheet, ["name", null], FIELDS).bodies.map(({ body }) => body), [{ name: "x" }, {}]);
});

test("an error says which records it is about, or that it is about none", () => {
  const found = faultsByRecord([
    { type: "missing", loc: ["body", 3, "name"], msg: "Field required" },
    { type: "int_type", loc: ["body", 3, "tags", 0], msg: "No integer" },
    { type: "x", loc: ["body", 5], msg: "No object" },
  ]);
  assert.deepEqual([...(found ?? [])], [[3, ["name: Field required", "tags.0: No integer"]], [5, ["No object"]]]);
  assert.equal(faultsByRecord([{ type: "x", loc: ["query", "limit"], msg: "?" }]), null);
  assert.equal(faultsByRecord([]), null);
});
