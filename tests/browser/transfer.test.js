/** Files in and out, and the page from which the API is called. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { stage } from "./support/browser.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

/** @param {import("playwright-core").Page} page @param {string} name @param {string} text */
async function choose(page, name, text) {
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Import a file…" }).click();
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
}

/** @param {import("playwright-core").Page} page @param {string} entry */
async function saved(page, entry) {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: entry }).click();
  return readFileSync(/** @type {string} */ (await (await coming).path()), "utf8");
}

test("a CSV comes in by a mapping of its columns, and each refused row says why", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/tasks");
  await page.getByText("No tasks yet").waitFor();
  const text = 'Name,Status,urgent,other\n"One, with comma",open,yes,x\nTwo,gone,no,y\nThree,done,maybe,z\n';
  await choose(page, "tasks.csv", text);
  await page.getByText("No column is meant for title").waitFor();
  await page.getByLabel("Field for the column Name").selectOption("title");
  await page.getByRole("button", { name: "Import 3 records" }).click();
  await page.getByText("1 of 3 imported").waitFor();
  const refused = page.getByRole("region", { name: "Refused rows" });
  assert.match(await refused.getByRole("row").nth(1).innerText(), /^2\s+status/);
  assert.match(await refused.getByRole("row").nth(2).innerText(), /^3\s+urgent/);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("grid").getByText("One, with comma").waitFor();
  assert.equal((await user.api("GET", "/api/tasks")).items.length, 1);
});

test("JSON and JSON Lines come in, a value that must be unique only once", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/projects");
  await page.getByText("No projects yet").waitFor();
  await choose(page, "p.json", '[{"name": "A", "color": "red"}, {"name": "B"}]');
  await page.getByRole("button", { name: "Import 2 records" }).click();
  await page.getByText("2 of 2 imported").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await choose(page, "p.jsonl", '{"name": "C"}\n{"name": "A"}\n{"name": "D"}\n');
  await page.getByRole("button", { name: "Import 3 records" }).click();
  await page.getByText("2 of 3 imported").waitFor();
  const names = (await user.api("GET", "/api/projects")).items.map((/** @type {any} */ { name }) => name);
  assert.deepEqual(names.sort(), ["A", "B", "C", "D"]);
});

test("what was exported is what is there, and comes in again", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/tasks");
  const task = { title: 'Say "hi",\nthen go', status: "open", urgent: true, tags: ["a", "b"], settings: { a: 1 }, big: 12 };
  await user.api("POST", "/api/tasks", [task, { ...task, title: "Other", status: "done" }]);
  await page.goto(`${on.server.url}/console/#/models/tasks?f.status=open`);
  await page.reload();
  await page.locator("tr[data-id]").first().waitFor();
  const items = JSON.parse(await saved(page, "Export as JSON"));
  assert.deepEqual(items, (await user.api("GET", "/api/tasks?status=open")).items);
  const csv = await saved(page, "Export as CSV");
  await choose(page, "tasks.csv", csv);
  await page.getByRole("button", { name: "Import 1 record", exact: true }).click();
  await page.getByText("1 of 1 imported").waitFor();
  const [again] = (await user.api("GET", "/api/tasks?sort=-id&limit=1")).items;
  for (const [name, value] of Object.entries(task)) assert.deepEqual(again[name], value, name);
});

test("a request runs from the page of the API, and reads the same in three languages", async (t) => {
  const { page, user } = await on.signedIn(t, "#/api/projects");
  const post = page.locator(".api-call").nth(1);
  await post.locator("summary").click();
  await post.getByLabel("Body").fill('{"name": "From here"}');
  assert.match(await post.locator("pre").first().innerText(), /curl -X POST 'http.*\/api\/projects'[^]*From here/);
  await post.getByRole("button", { name: "Python" }).click();
  assert.match(await post.locator("pre").first().innerText(), /requests\.post\([^]*"name": "From here"/);
  await post.getByRole("button", { name: "JavaScript" }).click();
  assert.match(await post.locator("pre").first().innerText(), /await fetch\([^]*method: "POST"/);
  await post.getByRole("button", { name: "Run" }).click();
  await post.getByText("201").waitFor();
  assert.equal((await user.api("GET", "/api/projects")).items[0].name, "From here");
  await post.getByRole("button", { name: "Run" }).click();
  await post.getByText("409").waitFor();
  await post.getByLabel("Body").fill("{");
  await post.getByRole("button", { name: "Run" }).click();
  await post.getByText("This is not valid JSON").waitFor();
  assert.equal(await page.getByRole("link", { name: "Docs", exact: true }).getAttribute("href"), "/docs");
});
