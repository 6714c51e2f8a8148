import assert from "node:assert/strict";
import { test } from "node:test";

import { parseRoute, recordsHref } from "../../../static/js/router.js";

test("an empty address is the list of models", () => {
  for (const hash of ["", "#", "#/", "#/models", "#/models/"]) assert.deepEqual(parseRoute(hash), { page: "models" });
});

test("a record's address holds its table's place", () => {
  assert.deepEqual(parseRoute("#/models/tasks/17?sort=-title&cursor=abc"), {
    page: "records",
    model: "tasks",
    record: "17",
    query: { sort: "-title", cursor: "abc" },
  });
});

test("addresses are read as they are written", () => {
  const href = recordsHref("tasks", "a/b?c%", { sort: "name", cursor: "x+/=&" });
  const route = parseRoute(href);
  assert.deepEqual(route, { page: "records", model: "tasks", record: "a/b?c%", query: { sort: "name", cursor: "x+/=&" } });
});

test("a set-up link keeps its token whole", () => {
  assert.deepEqual(parseRoute("#/setup/a_B-9.z"), { page: "setup", token: "a_B-9.z" });
});

test("a mailed link keeps its token whole", () => {
  for (const kind of ["reset-password", "verify-email", "change-email"])
    assert.deepEqual(parseRoute(`#/${kind}/a_B-9`), { page: "link", kind, token: "a_B-9" });
  assert.deepEqual(parseRoute("#/forgot-password"), { page: "link", kind: "forgot-password", token: "" });
});

test("a sign-in that was refused elsewhere keeps its word", () => {
  const hash = "#/sign-in?error=access_denied&provider=github";
  assert.deepEqual(parseRoute(hash), { page: "sign-in", error: "access_denied" });
  assert.deepEqual(parseRoute("#/sign-in"), { page: "sign-in", error: "" });
});

test("an address that is nothing is said to be unknown", () => {
  for (const hash of ["#/nowhere", "#/models/a/b/c", "#/setup", "#/register/x"])
    assert.equal(parseRoute(hash).page, "unknown", hash);
});

test("a broken escape does not throw", () => {
  assert.equal(parseRoute("#/models/tasks/%E0%A4%A").record, "%E0%A4%A");
});
