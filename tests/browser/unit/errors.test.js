import assert from "node:assert/strict";
import { test } from "node:test";

import { explain, sortFaults } from "../../../static/js/errors.js";
import { ApiError } from "../../../static/js/http.js";

const invalid = (...fields) => new ApiError(422, { detail: fields.map(([loc, msg]) => ({ type: "x", loc, msg })) });

test("field errors stand at their field, those within it with their way", () => {
  const error = invalid(
    [["body", "name"], "Field required"],
    [["body", "tags", 1], "Not a string"],
    [["body", "tags", 2], "Too long"],
  );
  const { faults, rest } = sortFaults(error, ["name", "tags"]);
  assert.deepEqual(
    [...faults],
    [
      ["name", "Field required"],
      ["tags", "1: Not a string. 2: Too long"],
    ],
  );
  assert.deepEqual(rest, []);
});

test("what no field shows is not lost", () => {
  const { faults, rest } = sortFaults(invalid([["body", "other"], "Extra"], [["body"], "JSON decode error"]), ["name"]);
  assert.equal(faults.size, 0);
  assert.deepEqual(rest, ["other: Extra", "JSON decode error"]);
});

test("a conflict stands at the field that it names", () => {
  const { faults } = sortFaults(new ApiError(409, { detail: "Another record has this `slug`" }), ["name", "slug"]);
  assert.deepEqual([...faults], [["slug", "Another record has this slug"]]);
});

test("every error says what to do", () => {
  assert.match(explain(new ApiError(0, { detail: "Hearth does not answer" })).remedy, /running/);
  assert.match(explain(new ApiError(429, { detail: "x" }, 12)).remedy, /12 seconds/);
  assert.match(explain(new ApiError(503, { detail: "x" }, 1)).remedy, /a second/);
  assert.match(explain(new ApiError(500, { detail: "Internal error", request_id: "r1" })).remedy, /r1/);
  assert.match(explain(new ApiError(403, { detail: "You may not change this task" })).title, /may not change/);
});

test("what may pass by itself can be tried again, and nothing else", () => {
  const retried = [0, 400, 403, 404, 409, 422, 429, 500, 503].filter(
    (status) => explain(new ApiError(status, { detail: "x" })).canRetry,
  );
  assert.deepEqual(retried, [0, 429, 500, 503]);
});
