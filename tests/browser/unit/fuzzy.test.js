/** Which entries fit what was typed, and in which order. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { bestFits, fit } from "../../../static/js/fuzzy.js";

test("beginnings are before beginnings of words, pieces, words in any order, and letters in order", () => {
  const ranks = ["blog posts", "my blog", "weblog", "b-l-o-g"].map((text) => fit(text, "blog"));
  for (let at = 1; at < ranks.length; at += 1) assert.ok(ranks[at - 1] > ranks[at], `${at}`);
  assert.ok(fit("posts of the blog", "blog posts") > fit("b lo gpo sts", "blogposts"));
  assert.equal(fit("blog", "blogs"), 0);
  assert.equal(fit("golb", "blog"), 0);
});

test("capitals and blanks around do not count, and nothing typed fits everything", () => {
  assert.ok(fit("Blog", " bLOG ") > 99);
  assert.equal(fit("whatever", "  "), 1);
  assert.deepEqual(bestFits(["b", "a"], "", (one) => one), ["b", "a"]);
});

test("of those that fit alike the shorter is first, and only so many are given", () => {
  assert.deepEqual(bestFits(["notes of ada", "notes", "x"], "no", (one) => one), ["notes", "notes of ada"]);
  assert.equal(bestFits(Array.from({ length: 50 }, (_, at) => `n${at}`), "n", (one) => one).length, 12);
});
