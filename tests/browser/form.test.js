/** A record's form: made from the schema, and never losing what was typed. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { drawer, stage } from "./support/browser.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

const TASK = { title: "Sweep the chimney", status: "open", urgent: false };
/** @param {import("playwright-core").Page} page */
const rows = (page) => page.getByRole("grid").locator("tr[data-id]");

test("a record is created by a form made from the schema, every kind of field in it", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/tasks");
  const project = (await user.api("POST", "/api/projects", { name: "Kitchen" })).item;
  await page.getByText("No tasks yet").waitFor();
  assert.match(await page.locator("pre").textContent(), /curl http.*\/api\/tasks[^]*"title"/);
  await page.getByRole("link", { name: "New task" }).first().click();

  const form = drawer(page);
  await form.getByLabel("title").fill("Paint the fence");
  await form.getByLabel("status").selectOption("doing");
  assert.equal(await form.getByLabel("priority").inputValue(), "3");
  await form.getByLabel("estimate").fill("1.5");
  await form.getByLabel("urgent").check();
  await form.getByLabel("due").fill("2026-12-24T18:30");
  await form.getByLabel("day").fill("2026-12-24");
  await form.getByLabel("contact").fill("kim@example.com");
  await form.getByLabel("website").fill("https://example.com/fence");
  await form.getByLabel("notes").fill("Two coats,\nnot one.");
  await form.getByLabel("tags").fill("garden");
  await page.keyboard.press("Enter");
  await form.getByLabel("tags").fill("house");
  await form.getByLabel("settings").fill('{"colour": {"name": "green"}}');
  await form.getByLabel("project").fill("kit");
  await form.getByRole("option", { name: /Kitchen/ }).click();
  assert.equal(await form.getByLabel("project").inputValue(), String(project.id));
  await form.getByLabel("secret").fill("hunter2");
  await form.getByLabel("big").fill("9007199254740993");
  assert.equal(await form.getByLabel("score").count(), 0, "a read-only field is nobody's to fill in");
  await form.getByRole("button", { name: "Create" }).click();
  await page.getByText(/Created task/).waitFor();

  const text = await rows(page).first().innerText();
  for (const part of ["Paint the fence", "doing", "1.5", "true", "24 Dec 2026, 18:30", "9007199254740993", "Two coats, not one."])
    assert.ok(text.includes(part), `${part} in ${text}`);
  assert.doesNotMatch(text, /hunter2/);
  assert.equal(
    await rows(page).first().getByRole("link", { name: "https://example.com/fence" }).getAttribute("rel"),
    "noopener noreferrer",
  );
  const { items } = await user.api("GET", "/api/tasks");
  assert.equal(items[0].due, "2026-12-24T17:30:00.000Z");
  assert.deepEqual(items[0].tags, ["garden", "house"]);
  assert.deepEqual(items[0].settings, { colour: { name: "green" } });
  assert.equal(items[0].project, project.id);
});

test("field errors stand at their fields, all at once, and nothing typed is lost", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/tasks/new");
  const form = drawer(page);
  await form.getByLabel("priority").fill("three");
  await form.getByLabel("settings").fill("{oops");
  await form.getByRole("button", { name: "Create" }).click();
  await form.getByText("This needs a whole number").waitFor();
  await form.getByText("This is not valid JSON").waitFor();

  await form.getByLabel("priority").fill("9");
  await form.getByLabel("settings").fill("{}");
  await form.getByLabel("contact").fill("nobody");
  await form.getByRole("button", { name: "Create" }).click();
  for (const name of ["title", "status", "priority", "contact"])
    await form.locator(`[name=${name}][aria-invalid=true]`).waitFor();
  assert.equal(await form.getByLabel("title").evaluate((element) => element === document.activeElement), true);
  const described = (await form.getByLabel("priority").getAttribute("aria-describedby")) ?? "";
  assert.match(await page.locator(`#${described.split(" ")[0]}`).innerText(), /5/);
  assert.equal(await form.getByLabel("contact").inputValue(), "nobody");

  await form.getByLabel("title").fill("Now it fits");
  await form.getByLabel("status").selectOption("open");
  await form.getByLabel("priority").fill("5");
  await form.getByLabel("contact").fill("");
  await form.getByRole("button", { name: "Create" }).click();
  await page.getByText(/Created task/).waitFor();
  assert.equal((await user.api("GET", "/api/tasks")).items.length, 1);
});

test("a value that must be unique is refused at its field", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/projects/new");
  await user.api("POST", "/api/projects", { name: "Roof" });
  await drawer(page).getByLabel("name").fill("Roof");
  await page.keyboard.press("Enter");
  await drawer(page).locator("[name=name][aria-invalid=true], .notice.error").first().waitFor();
  assert.equal(await drawer(page).getByLabel("name").inputValue(), "Roof");
});

test("an edit sends only what was changed", async (t) => {
  const { page, user } = await on.signedIn(t);
  const { item } = await user.api("POST", "/api/tasks", {
    ...TASK,
    notes: "a\r\nb",
    secret: "s",
    due: "2026-11-25T12:34:56.789Z",
    big: 12,
  });
  await page.goto(`${on.server.url}/console/#/models/tasks`);
  await rows(page).first().getByText(TASK.title).click();
  await drawer(page).getByLabel("title").fill("Sweep it well");
  const sent = page.waitForRequest((request) => request.method() === "PUT");
  await drawer(page).getByRole("button", { name: "Save" }).click();
  assert.deepEqual((await sent).postDataJSON(), { title: "Sweep it well" });
  await page.getByText(`Saved task ${item.id}`).waitFor();
  assert.match(await rows(page).first().innerText(), /Sweep it well/);
  await page.waitForFunction((id) => document.activeElement?.closest("tr")?.dataset["id"] === id, String(item.id));
});

test("who saves second is told, keeps what was typed, and chooses", async (t) => {
  const { page, user } = await on.signedIn(t);
  const { item } = await user.api("POST", "/api/tasks", TASK);
  const path = `/api/tasks/${item.id}`;
  await page.goto(`${on.server.url}/console/#/models/tasks/${item.id}`);
  await drawer(page).getByLabel("title").fill("Mine");
  await user.api("PUT", path, { title: "Theirs", priority: 5 });
  await drawer(page).getByRole("button", { name: "Save" }).click();
  await drawer(page).getByText("Somebody else saved this task meanwhile").waitFor();
  await drawer(page).getByText("They changed title and priority").waitFor();
  const both = drawer(page).getByRole("region", { name: "Both versions" });
  assert.match(await both.getByRole("row", { name: /^title/ }).innerText(), /Theirs\s+Mine/);
  assert.equal(await drawer(page).getByLabel("title").inputValue(), "Mine");
  await drawer(page).getByRole("button", { name: "Save mine over it" }).click();
  await page.getByText(`Saved task ${item.id}`).waitFor();
  const after = (await user.api("GET", path)).item;
  assert.deepEqual([after.title, after.priority], ["Mine", 5]);

  await page.getByRole("link", { name: `Open ${item.id}` }).click();
  await drawer(page).getByLabel("title").fill("Mine again");
  await user.api("PUT", path, { title: "Theirs again" });
  await drawer(page).getByRole("button", { name: "Save" }).click();
  await drawer(page).getByRole("button", { name: "Reload" }).click();
  await page.waitForFunction(
    () => /** @type {HTMLInputElement | null} */ (document.querySelector("[name=title]"))?.value === "Theirs again",
  );
});

test("a save that does not reach the server is tried again, and makes one record", async (t) => {
  const { page, context, user } = await on.signedIn(t, "#/models/projects/new");
  await drawer(page).getByLabel("name").fill("Cellar");
  await context.setOffline(true);
  await page.keyboard.press("Enter");
  await drawer(page).getByText("Hearth does not answer").waitFor();
  assert.equal(await drawer(page).getByLabel("name").inputValue(), "Cellar");
  await context.setOffline(false);
  await drawer(page).getByRole("button", { name: "Try again" }).click();
  await page.getByText(/Created project/).waitFor();
  assert.equal((await user.api("GET", "/api/projects")).items.length, 1);
});

test("a save whose answer is lost is tried again, and makes one record", async (t) => {
  const { page, user } = await on.signedIn(t, "#/models/projects/new");
  await drawer(page).getByLabel("name").fill("Attic");
  let lost = 0;
  await page.route("**/api/projects", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.fallback();
    lost += 1;
    await route.fetch();
    await route.abort();
  });
  await page.keyboard.press("Enter");
  await drawer(page).getByRole("button", { name: "Try again" }).click();
  await page.getByText(/Created project/).waitFor();
  assert.equal((await user.api("GET", "/api/projects")).items.length, 1);
});

test("a closed form has what was typed when it is opened again, and Cancel drops it", async (t) => {
  const { page } = await on.signedIn(t, "#/models/projects");
  const open = () => page.getByRole("link", { name: "New project" }).first().click();
  await open();
  await drawer(page).getByLabel("name").fill("Half an idea");
  await page.keyboard.press("Escape");
  await open();
  assert.equal(await drawer(page).getByLabel("name").inputValue(), "Half an idea");
  await drawer(page).getByRole("button", { name: "Cancel" }).click();
  await open();
  assert.equal(await drawer(page).getByLabel("name").inputValue(), "");
});
