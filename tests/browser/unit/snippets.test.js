/** A request as curl, JavaScript and Python. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { LANGUAGES, snippet } from "../../../static/js/snippets.js";

const BODY = { name: "it's \"x\"", done: true, none: null, tags: [], more: { a: [1, 2.5] }, empty: {} };
const POST = { method: "POST", url: "http://localhost:8000/api/items", body: BODY };
const GET = { method: "GET", url: "http://localhost:8000/api/items?limit=1&sort=-name", body: undefined };

test("a shell passes on to curl just what is meant", () => {
  // `printf` in curl's place says what the shell made of it.
  const said = snippet("curl", POST).replace(/^curl/, "printf '%s\\0'");
  const words = execFileSync("/bin/sh", ["-c", said], { env: { TOKEN: "t" } }).toString().split("\0");
  assert.deepEqual(words.slice(0, 3), ["-X", "POST", POST.url]);
  assert.ok(words.includes("Authorization: Bearer t"));
  assert.deepEqual(JSON.parse(words[words.indexOf("-d") + 1]), BODY);
  assert.doesNotMatch(snippet("curl", GET), /-X|-d |Content-Type/);
});

test("JavaScript sends just that", async () => {
  const sent = [];
  const run = (/** @type {string} */ text) =>
    import(`data:text/javascript,${encodeURIComponent(`export default async (fetch, token) => { ${text}; return answer; }`)}`);
  const fetch = async (/** @type {string} */ url, /** @type {any} */ init) => {
    sent.push([url, init]);
    return { ok: true, json: async () => ({ success: true }) };
  };
  assert.deepEqual(await (await run(snippet("JavaScript", POST))).default(fetch, "t"), { success: true });
  await (await run(snippet("JavaScript", GET))).default(fetch, "t");
  assert.equal(sent[0][1].method, "POST");
  assert.deepEqual(JSON.parse(sent[0][1].body), BODY);
  assert.equal(sent[0][1].headers.Authorization, "Bearer t");
  assert.equal(sent[1][0], GET.url);
  assert.equal(sent[1][1].body, undefined);
});

test("Python has its own words for true, false and nothing", () => {
  const text = snippet("Python", POST);
  assert.match(text, /requests\.post\(\n {4}"http:\/\/localhost:8000\/api\/items",/);
  for (const line of ['"done": True,', '"none": None,', '"tags": [],', '"empty": {},']) assert.ok(text.includes(line), line);
  assert.doesNotMatch(snippet("Python", GET), /json=/);
  assert.equal(LANGUAGES.length, 3);
});
