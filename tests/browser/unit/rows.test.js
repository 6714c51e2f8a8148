/** The rows of a long table: which are held, and which are asked for. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { CHUNK, Rows } from "../../../static/js/rows.js";

/** A list of so many, that notes what was asked. @param {number} total */
function listOf(total) {
  /** @type {[number, number, boolean][]} */
  const asked = [];
  const rows = new Rows(async (offset, limit, counted) => {
    asked.push([offset, limit, counted]);
    const items = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => ({ id: offset + at }));
    return counted ? { items, total } : { items };
  });
  return { rows, asked };
}

test("rows come in chunks as they are needed, each chunk once", async () => {
  const { rows, asked } = listOf(1_000);
  await rows.begin();
  assert.equal(rows.total, 1_000);
  assert.equal(rows.get(5)?.id, 5);
  assert.equal(rows.get(CHUNK), undefined);
  const [some, same] = await Promise.all([rows.need(90, 210), rows.need(95, 150)]);
  assert.deepEqual([some, same], [true, true]);
  assert.equal(rows.get(205)?.id, 205);
  assert.equal(await rows.need(0, 250), false);
  assert.deepEqual(asked, [[0, CHUNK, true], [CHUNK, CHUNK, false], [2 * CHUNK, CHUNK, false]]);
});

test("nothing is asked for beyond the end", async () => {
  const { rows, asked } = listOf(150);
  await rows.begin();
  await rows.need(140, 10_000);
  assert.equal(asked.length, 2);
  assert.equal(rows.get(149)?.id, 149);
  assert.equal(rows.get(150), undefined);
});

test("it begins where one was, or at the first rows if there are no more so many", async () => {
  const { rows } = listOf(250);
  await rows.begin(230);
  assert.equal(rows.get(230)?.id, 230);
  assert.equal(rows.get(0), undefined);
  const { rows: fewer } = listOf(20);
  await fewer.begin(500);
  assert.equal(fewer.get(0)?.id, 0);
  const { rows: none, asked } = listOf(0);
  await none.begin(500);
  assert.deepEqual([none.total, asked.length], [0, 1]);
});

test("only so many chunks are kept, those that were used last", async () => {
  const { rows } = listOf(100_000);
  await rows.begin();
  for (let at = 0; at < 100_000; at += CHUNK) {
    await rows.need(at, at + CHUNK);
    await rows.need(0, 1);
  }
  assert.equal(rows.known().length, 30 * CHUNK);
  assert.equal(rows.get(0)?.id, 0, "it was in use all the time");
  assert.equal(rows.get(99_999)?.id, 99_999);
  assert.equal(rows.get(50_000), undefined);
  const ids = rows.known().map(({ id }) => Number(id));
  assert.deepEqual(ids, [...ids].sort((left, right) => left - right));
});

test("a newer version takes its row's place", async () => {
  const { rows } = listOf(150);
  await rows.begin();
  await rows.need(0, 150);
  assert.equal(rows.put({ id: 120, name: "new" }), 120);
  assert.equal(rows.get(120)?.["name"], "new");
  assert.equal(rows.put({ id: 500 }), -1);
  assert.equal(rows.placeOf("149"), 149);
});

test("a fetch that fails is tried again the next time", async () => {
  let fails = true;
  const rows = new Rows(async (offset, limit) => {
    if (offset > 0 && fails) throw new Error("away");
    return { items: Array.from({ length: limit }, (_, at) => ({ id: offset + at })), total: 200 };
  });
  await rows.begin();
  await assert.rejects(rows.need(100, 200), /away/);
  fails = false;
  assert.equal(await rows.need(100, 200), true);
  assert.equal(rows.get(199)?.id, 199);
});
