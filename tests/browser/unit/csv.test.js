/** What is read from and written as CSV. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseCsv, writeCsv } from "../../../static/js/csv.js";

test("quotes, doubled quotes and lines inside a cell are read as RFC 4180 has them", () => {
  const text = 'name,note\r\n"Ada, Countess","She said ""hello""\nand left"\r\nBob,\r\n';
  assert.deepEqual(parseCsv(text), [
    ["name", "note"],
    ["Ada, Countess", 'She said "hello"\nand left'],
    ["Bob", ""],
  ]);
});

test("the sign between cells is the one that the first line has most of, outside quotes", () => {
  assert.deepEqual(parseCsv("a;b;c\n1,5;2;3"), [["a", "b", "c"], ["1,5", "2", "3"]]);
  assert.deepEqual(parseCsv("a\tb\n1\t2"), [["a", "b"], ["1", "2"]]);
  assert.deepEqual(parseCsv('"x;y;z",b\n1,2'), [["x;y;z", "b"], ["1", "2"]]);
});

test("a byte order mark, empty lines and a last line without an end are nothing", () => {
  assert.deepEqual(parseCsv("\uFEFFa,b\n\n1,2\r\n\r\n3,4"), [["a", "b"], ["1", "2"], ["3", "4"]]);
  assert.deepEqual(parseCsv(""), []);
  assert.deepEqual(parseCsv("a,b\n1,"), [["a", "b"], ["1", ""]]);
  assert.deepEqual(parseCsv('a\n"never closed'), [["a"], ["never closed"]]);
});

test("what is written is read again as it was", () => {
  const rows = [["a", "b"], ["1,2", 'a "word"'], ["two\nlines", " at the edges "], ["", "x"]];
  assert.deepEqual(parseCsv(writeCsv(rows)), rows);
  assert.equal(writeCsv([[null, undefined, 0, false, 9007199254740993n]]), ",,0,false,9007199254740993\r\n");
});
