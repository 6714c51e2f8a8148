import assert from "node:assert/strict";
import { test } from "node:test";

import { show } from "../../../static/js/format.js";
import { isSafeLink, isWebAddress } from "../../../static/js/html.js";

const plain = { type: "string", format: null, options: null, references: null };
const look = (field, value) => show({ ...plain, ...field }, value).look;

test("values look by their type", () => {
  assert.equal(look({}, null), "null");
  assert.equal(look({}, ""), "text");
  assert.equal(look({ type: "boolean" }, true), "true");
  assert.equal(look({ type: "integer" }, 0), "number");
  assert.equal(look({ type: "integer" }, 9007199254740993n), "number");
  assert.equal(look({ type: "object" }, {}), "json");
  assert.equal(look({ options: ["a"] }, "a"), "choice");
  assert.equal(look({ references: "people", type: "integer" }, 7), "record");
  assert.equal(look({ format: "date-time" }, "2026-11-25T12:00:00.000Z"), "moment");
  assert.equal(look({ format: "date-time" }, "nonsense"), "text");
});

test("only http and https addresses become links", () => {
  assert.equal(look({ format: "uri" }, "https://example.com"), "link");
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "java\nscript:alert(1)",
    "//example.com",
    "ftp://example.com",
    " https://example.com",
    "https://",
  ]) {
    assert.equal(look({ format: "uri" }, text), "text", text);
    assert.equal(isWebAddress(text), false, text);
  }
  assert.equal(isSafeLink("//example.com"), false);
  assert.equal(isSafeLink("#/models"), true);
});

test("long values are cut between characters, and whole in the title", () => {
  const text = "x".repeat(118) + "😀😀";
  const shown = show(plain, text);
  assert.equal(shown.text.endsWith("…"), true);
  assert.equal(shown.text.isWellFormed(), true);
  assert.equal(shown.title, text);
});

test("a time says its UTC in the title", () => {
  assert.equal(show({ ...plain, format: "date-time" }, "2026-11-25T12:00:00.000Z").title, "2026-11-25 12:00:00.000 UTC");
});
