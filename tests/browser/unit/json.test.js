import assert from "node:assert/strict";
import { test } from "node:test";

import { parseJson, writeJson } from "../../../static/js/json.js";

test("an integer beyond 2^53 is written as it was read, where the engine tells a number's source", (t) => {
  const text = '{"big":9007199254740993,"list":[-9223372036854775808],"small":7}';
  const value = parseJson(text);
  if (typeof value.big !== "bigint") return t.skip("this engine does not tell a number's source");
  assert.equal(value.small, 7);
  assert.equal(writeJson(value), text);
});

test("long fractions and exponents stay numbers", () => {
  assert.deepEqual(parseJson('[0.12345678901234567890,1e30,"1234567890123456789012"]'), [
    0.12345678901234568,
    1e30,
    "1234567890123456789012",
  ]);
});

test("a BigInt never becomes a text", () => {
  assert.match(writeJson({ a: 12n }), /^\{"a":12\}$/);
});
