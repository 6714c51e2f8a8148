import assert from "node:assert/strict";
import { test } from "node:test";

import { changesOf, controlOf, initialText, textOf, valueOf } from "../../../static/js/form-values.js";

/** A field with what matters here. */
const field = (name, changes = {}) => ({
  name,
  type: "string",
  nullable: true,
  format: null,
  options: null,
  required: false,
  initial: undefined,
  description: "",
  references: null,
  readOnly: false,
  writeOnly: false,
  inCreate: true,
  inUpdate: true,
  inItem: true,
  minLength: null,
  maxLength: null,
  minimum: null,
  maximum: null,
  ...changes,
});

test("every kind of field has its control", () => {
  const cases = [
    [{ maxLength: 80 }, "line"],
    [{}, "lines"],
    [{ maxLength: 5_000 }, "lines"],
    [{ writeOnly: true }, "secret"],
    [{ options: ["a"] }, "choice"],
    [{ format: "date-time" }, "moment"],
    [{ format: "uri" }, "url"],
    [{ format: "ipv4" }, "line"],
    [{ type: "boolean", nullable: false }, "checkbox"],
    [{ type: "boolean" }, "choice"],
    [{ type: "integer" }, "integer"],
    [{ type: "array" }, "json"],
    [{ type: "object" }, "json"],
  ];
  for (const [changes, control] of cases) assert.equal(controlOf(field("f", changes)), control, JSON.stringify(changes));
});

test("a value comes back from its text", () => {
  const cases = [
    [{ type: "integer" }, 42],
    [{ type: "integer" }, 9007199254740993n],
    [{ type: "number" }, -1.5e-7],
    [{ type: "boolean" }, false],
    [{ type: "boolean", nullable: false }, true],
    [{ type: "array" }, ["a", 1]],
    [{ type: "object" }, { a: { b: null } }],
    [{ format: "date-time" }, "2026-11-25T12:34:56.789Z"],
    [{ format: "date-time" }, "2026-03-29T01:30:00.000Z"],
    [{}, "two\nlines "],
    [{}, null],
    [{ type: "object" }, null],
  ];
  for (const [changes, value] of cases) {
    const one = field("f", changes);
    assert.deepEqual(valueOf(one, textOf(one, value)), { value }, JSON.stringify(changes));
  }
});

test("an empty text is null where that is allowed, and only there", () => {
  assert.deepEqual(valueOf(field("f"), ""), { value: null });
  assert.deepEqual(valueOf(field("f", { nullable: false }), ""), { value: "" });
  assert.ok("fault" in valueOf(field("f", { type: "integer", nullable: false }), " "));
  assert.ok("fault" in valueOf(field("f", { type: "array", nullable: false }), ""));
});

test("what is no number, no JSON or the wrong JSON is said before it is sent", () => {
  for (const text of ["1.5", "abc", "1e3", "0x10", "--1"])
    assert.ok("fault" in valueOf(field("f", { type: "integer" }), text), text);
  for (const text of ["abc", "1,5", "NaN", "Infinity", "1e999", "0x10"])
    assert.ok("fault" in valueOf(field("f", { type: "number" }), text), text);
  for (const text of ["[1", "{}", "7"]) assert.ok("fault" in valueOf(field("f", { type: "array" }), text), text);
  for (const text of ["[]", '"x"', "{a:1}"]) assert.ok("fault" in valueOf(field("f", { type: "object" }), text), text);
});

test("only what was changed is sent", () => {
  const fields = [field("a"), field("b"), field("n", { type: "integer" })];
  const { body, faults } = changesOf(fields, { a: "1", b: "2", n: "3" }, { a: "1", b: "", n: "4" }, false);
  assert.deepEqual(body, { b: null, n: 4 });
  assert.equal(faults.size, 0);
});

test("a required checkbox that is left alone says no on create, and nothing on edit", () => {
  const fields = [field("urgent", { type: "boolean", nullable: false, required: true })];
  assert.deepEqual(changesOf(fields, { urgent: "false" }, { urgent: "false" }, true).body, { urgent: false });
  assert.deepEqual(changesOf(fields, { urgent: "false" }, { urgent: "false" }, false).body, {});
});

test("faults do not hide what else was changed", () => {
  const fields = [field("a"), field("n", { type: "integer" })];
  const { body, faults } = changesOf(fields, { a: "", n: "" }, { a: "x", n: "y" }, true);
  assert.deepEqual(body, { a: "x" });
  assert.deepEqual([...faults.keys()], ["n"]);
});

test("defaults are shown, but for those that the server works out", () => {
  assert.equal(initialText(field("f", { type: "integer", initial: 3 })), "3");
  assert.equal(initialText(field("f", { type: "array", initial: [] })), "[]");
  assert.equal(initialText(field("f", { format: "date-time", initial: "now()" })), "");
  assert.equal(initialText(field("f", { initial: "now()" })), "now()");
});
