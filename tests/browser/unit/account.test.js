import assert from "node:assert/strict";
import { test } from "node:test";

import { deviceOf } from "../../../static/js/account/device.js";
import { parseRoute } from "../../../static/js/router.js";
import { codeOf } from "../support/totp.js";

test("a browser is told by its name and its system", () => {
  const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36";
  const cases = [
    [`Mozilla/5.0 (X11; Linux x86_64) ${chrome}`, "Chrome on Linux"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Edg/130.0`, "Edge on Windows"],
    [`Mozilla/5.0 (Linux; Android 14; Pixel) ${chrome}`, "Chrome on Android"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 (KHTML, like Gecko) Version/18 Safari/605", "Safari on macOS"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604", "Safari on iPhone"],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"],
  ];
  for (const [agent, name] of cases) assert.equal(deviceOf(agent ?? null), name);
});

test("a program that is no browser has its own name, and nothing has too long a one", () => {
  assert.equal(deviceOf("curl/8.5.0"), "curl/8.5.0");
  assert.equal(deviceOf(null), "Unknown program");
  assert.equal(deviceOf("x".repeat(500)).length, 60);
});

test("pages of accounts and of admins have their addresses", () => {
  for (const page of ["account", "people", "api-keys", "audit", "operations"]) {
    assert.deepEqual(parseRoute(`#/${page}`), { page });
    assert.deepEqual(parseRoute(`#/${page}/more`), { page: "unknown" });
  }
});

test("a second step's address holds its challenge, and where it goes on", () => {
  const hash = `#/second-factor?challenge=a_B-9&return_to=${encodeURIComponent("/console/#/models/tasks?sort=-title")}`;
  const returnTo = "/console/#/models/tasks?sort=-title";
  assert.deepEqual(parseRoute(hash), { page: "second-factor", challenge: "a_B-9", returnTo });
  assert.deepEqual(parseRoute("#/second-factor"), { page: "second-factor", challenge: "", returnTo: "" });
});

test("the tests' codes are those of RFC 6238", () => {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  assert.equal(codeOf(secret, 0, 59_000), "287082");
  assert.equal(codeOf(secret, 0, 1_111_111_109_000), "081804");
});
