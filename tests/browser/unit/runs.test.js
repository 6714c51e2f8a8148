/** The pure parts of executions: states, their log, forms from a schema. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseRoute } from "../../../static/js/router.js";
import { partOf, progressText, RunLog, VIEWS } from "../../../static/js/runs/log.js";
import { groupOf, labelFault, merged, readQuery, runsHref, runsPath, statesOf } from "../../../static/js/runs/query.js";
import { labelsOf, shapeOf } from "../../../static/js/runs/shape.js";
import { isOver, relative, sizeText, spoken, timesOf } from "../../../static/js/runs/states.js";

const at = (second) => `2026-11-26T12:00:${String(second).padStart(2, "0")}.000Z`;

function logOf(...events) {
  const log = new RunLog();
  events.forEach(([kind, data, attempt = 1], index) => log.add({ seq: index + 1, at: at(index), attempt, kind, data }));
  return log;
}

test("executions have addresses, with what narrows their list", () => {
  assert.deepEqual(parseRoute("#/executions"), { page: "executions", run: null, search: "" });
  assert.deepEqual(parseRoute("#/executions/new?task=a"), { page: "executions", run: "new", search: "task=a" });
  assert.equal(parseRoute("#/executions/a/b").page, "unknown");
  const query = { states: ["queued", "failed"], task: "a b", label: "customer:7" };
  const { search } = parseRoute(runsHref(null, query));
  assert.deepEqual(readQuery(search), query);
  assert.deepEqual(readQuery("state=no-such-state"), { states: [], task: "", label: "" });
  assert.equal(runsPath(query, 50, "c1"), "/api/executions?state=queued&state=failed&task=a+b&label=customer%3A7&limit=50&cursor=c1");
  for (const name of ["", "active", "over", "failed"]) assert.equal(groupOf(statesOf(name)), name);
  assert.equal(labelFault("customer"), "A label is a name and a value, like customer:7");
  assert.equal(labelFault("customer:7"), null);
});

test("a newer page goes over the list: new ones on top, older ones stay, what is gone goes, what was heard since wins", () => {
  const run = (id, last_seq, state = "running") => ({ id, last_seq, state });
  const known = [run("c", 9, "succeeded"), run("b", 2), run("a", 1)];
  const ids = (list) => list.map(({ id }) => id).join("");
  assert.equal(ids(merged(known, [run("d", 1), run("c", 4)], false)), "dcba");
  assert.equal(merged(known, [run("d", 1), run("c", 4)], false)[1].state, "succeeded");
  assert.equal(ids(merged(known, [run("d", 1), run("b", 3)], false)), "dba");
  assert.equal(ids(merged(known, [run("c", 9)], true)), "c");
  assert.equal(ids(merged(known, [], true)), "");
});

test("times are told as finely as they are long", () => {
  const texts = [0.3, 420, 12_400, 185_000, 7_440_000, 90_000_000].map(spoken);
  assert.deepEqual(texts, ["0 s", "0.42 s", "12 s", "3 min 5 s", "2 h 4 min", "1 d 1 h"]);
  assert.equal(spoken(120_000), "2 min");
  const now = Date.parse(at(30));
  assert.equal(relative(at(28), now), "just now");
  assert.equal(relative(at(10), now), "20 s ago");
  assert.equal(relative("2026-11-26T15:00:00.000Z", now), "in 3 h");
  const run = { created_at: at(0), run_at: at(2), started_at: at(5), finished_at: at(9), state: "succeeded" };
  assert.deepEqual(timesOf(run, now), { waited: 3_000, ran: 4_000 });
  assert.deepEqual(timesOf({ ...run, started_at: null, finished_at: null }, now), { waited: 28_000, ran: null });
  assert.deepEqual([0, 1_023, 1_536, 81_234, 5 * 1_024 ** 3].map(sizeText), ["0 B", "1023 B", "1.5 KiB", "79.3 KiB", "5 GiB"]);
  assert.equal(isOver("expired") && !isOver("cancelling"), true);
});

test("a log's lines have their looks, and one of many lines is many", () => {
  const log = logOf(
    ["state", { from: null, to: "queued", reason: "created" }],
    ["log", { message: "one\r\ntwo", level: "error", stream: "stderr" }],
    ["log", { message: "plain", fields: { a: 1 } }],
    ["log", { message: "aside", stream: "stderr" }],
    ["custom.x", { b: [1] }],
    ["progress", { current: 1 }],
    ["artifact", { name: "a.png", size: 2_048 }],
  );
  assert.deepEqual(
    log.lines.map(({ tag, text, look, more }) => [tag, text, look, more]),
    [
      ["state", "queued (created)", "mark", false],
      ["error", "one", "error", false],
      ["", "two", "error", true],
      ["", 'plain  {"a":1}', "info", false],
      ["stderr", "aside", "info", false],
      ["custom.x", '{"b":[1]}', "data", false],
      ["file", "a.png (2 KiB)", "mark", false],
    ],
  );
  const counts = VIEWS.map(({ keeps }) => log.lines.filter(keeps).length);
  assert.deepEqual(counts, [7, 4, 2, 3]);
  assert.equal(log.artifacts, 1);
});

test("steps keep their begin, another attempt begins anew, and an end closes what was asked", () => {
  const log = logOf(
    ["state", { to: "running", worker: "w" }],
    ["step", { id: "a", name: "Read", state: "pending" }],
    ["step", { id: "a", state: "running" }],
    ["step", { id: "a", state: "succeeded" }],
    ["progress", { current: 5, total: 20, message: "rows" }],
    ["input.request", { request: "q", prompt: "Go?\nOr not?", timeout: 60 }],
  );
  assert.deepEqual([...log.steps.values()], [{ id: "a", name: "Read", state: "succeeded", since: at(2), until: at(3) }]);
  assert.equal(progressText(log.progress), "5 of 20 · rows");
  assert.equal(partOf(log.progress), 0.25);
  assert.equal(partOf({ current: 3, total: null }), null);
  assert.equal(progressText({ current: 41.6, total: 100, message: "" }), "42 %");
  assert.deepEqual([log.questions.get("q").isOpen, log.questions.get("q").until], [true, Date.parse(at(5)) + 60_000]);
  log.add({ seq: 7, at: at(6), attempt: 1, kind: "input.answer", data: { request: "q", data: true } });
  assert.equal(log.questions.get("q").isOpen, false);
  log.add({ seq: 8, at: at(7), attempt: 2, kind: "state", data: { to: "running", attempt: 2 } });
  assert.deepEqual([log.steps.size, log.progress], [0, null]);
});

test("a schema is a form's fields, in its own words and in those of config.toml", () => {
  const words = { type: "object", properties: { name: { type: "string", required: true, max_length: 9 }, tags: { type: "array", items: "string" } } };
  const json = { type: "object", required: ["name"], properties: { name: { type: "string", maxLength: 9 }, tags: { type: ["array", "null"], items: { type: "string" } } } };
  const said = ({ fields }) => fields.map(({ name, required, nullable, maxLength, elements }) => [name, required, nullable, maxLength, elements?.type]);
  const expected = [["name", true, false, 9, undefined], ["tags", false, true, null, "string"]];
  assert.deepEqual(said(shapeOf(words, "x")), expected);
  assert.deepEqual(said(shapeOf(json, "x")), expected);
  const one = shapeOf({ type: "integer", minimum: 1 }, "answer");
  assert.deepEqual([one.single, one.fields[0].name, one.fields[0].type, one.fields[0].minimum], [true, "answer", "integer", 1]);
  const any = shapeOf(null, "input");
  assert.deepEqual([any.single, any.fields[0].type, any.fields[0].initial], [true, "object", {}]);
});

test("labels are names and values, which may have colons", () => {
  assert.deepEqual(labelsOf(["a:1", " b : c:d "]), { a: "1", b: "c:d" });
  assert.deepEqual(labelsOf(null), {});
  assert.equal(labelsOf(["a"]), null);
});
