/** The models' shape in the console: seen, changed by a form that shows first what it leads to, in force after a restart. */

import assert from "node:assert/strict";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { isOpenToAll } from "./support/axe.js";
import { signIn, stage, tabTo } from "./support/browser.js";
import { startServer } from "./support/server.js";

const ADMIN = { email: "root@example.com", password: "correct horse battery staple" };
const CONFIG = `# Ours
[models.projects] # what is done
access = "shared_read"

[models.projects.fields]
name = { type = "string", required = true } # in short

[models.tasks.fields]
title   = { type = "string", required = true }
project = { references = "projects", on_delete = "cascade" }

[models.notes.fields]
text = { type = "string" }

[auth.roles.editor]

[auth]
secret = "a secret of this test, long enough"
`;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** @type {import("./support/server.js").Server} */
let server;
/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => {
  server = await startServer("", { keep: true, config: CONFIG });
  on = await stage({ server });
  const body = JSON.stringify({ token: server.setupToken(), ...ADMIN });
  const answer = await fetch(`${server.url}/api/auth/setup`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
  assert.equal(answer.ok, true);
});
after(() => on.close());

const config = () => readFileSync(join(server.folder, "config.toml"), "utf8");

/** @param {import("node:test").TestContext} t @param {string} hash @param {import("playwright-core").BrowserContextOptions} [options] */
async function asAdmin(t, hash, options) {
  const { page } = await on.visitor(t, options);
  await page.goto(`${server.url}/console/${hash}`);
  await signIn(page, ADMIN);
  return page;
}

test("the diagram shows models, references and access, and the history has its SQL", async (t) => {
  const page = await asAdmin(t, "#/schema");
  const card = page.locator(".design-card[data-model=tasks]");
  await card.getByText("title").waitFor();
  await card.getByRole("link", { name: "tasks.project refers to projects" }).waitFor();
  await page.locator(".design-card[data-model=projects]").getByText("every user").waitFor();
  await page.locator(".design-lines path").first().waitFor({ state: "attached" });
  assert.equal(await page.locator(".design-lines path").count(), 1);
  await page.getByText("Models, revisions and database agree.").waitFor();
  const revision = page.locator(".design-revision").first();
  await revision.locator("summary").first().press("Enter");
  await revision.getByText(/CREATE TABLE "projects"/).first().waitFor();
  assert.equal((await page.content()).includes("a secret of this test"), false);
});

test("faults stand at their fields while one types, and what would be lost is told before anything happens", async (t) => {
  const page = await asAdmin(t, "#/schema/model/tasks");
  const edits = page.locator(".design-edit");
  await page.getByText("Nothing changes.").waitFor();
  await edits.first().getByText("More", { exact: true }).click();
  await edits.first().getByLabel("Longest").fill("-1");
  await edits.first().locator("[aria-invalid=true]").waitFor();
  await edits.first().getByText(/must be 0 or more/).waitFor();
  await edits.first().getByLabel("Longest").fill("");
  await page.getByText("Nothing changes.").waitFor();
  await edits.first().getByLabel("Field").fill("name");
  await page.getByText("A new name for title: its values are kept.").waitFor();
  await page.locator("ins").getByText(/renamed_from = "title"/).waitFor();
  await edits.last().getByRole("button", { name: "Remove project" }).click();
  await page.locator("del").getByText(/references = "projects"/).waitFor();
  await page.getByText(/DROP COLUMN "project"|Drop column/).first().waitFor();
  assert.equal(config(), CONFIG);
});

test("a model is added by the keyboard alone, is there after a restart and takes a record, and comments stay", async (t) => {
  const page = await asAdmin(t, "#/schema");
  await page.locator(".design-card").first().waitFor();
  await tabTo(page, "Add a model");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Add a model" }).waitFor();
  await page.locator(".design-form").waitFor();
  await page.keyboard.type("Bad name");
  await tabTo(page, "Field");
  await page.keyboard.type("text");
  await page.getByText(/Model names|must begin|can't be|letters/i).first().waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.getByLabel("Name", { exact: true }).fill("posts");
  await page.locator("ins").getByText("[models.posts.fields]").waitFor();
  await page.getByText(/CREATE TABLE "posts"/).first().waitFor();
  assert.equal(config(), CONFIG);
  await page.getByRole("button", { name: "Save to config.toml" }).press("Enter");
  await page.getByText("config.toml is written").waitFor();
  await page.getByText(/It takes effect at the next start/).waitFor();
  const model = '\n[models.posts.fields]\ntext = { type = "string" }\n';
  assert.equal(config(), CONFIG.replace("\n[auth.roles.editor]", `${model}\n[auth.roles.editor]`));
  await page.getByRole("link", { name: "Back to the schema" }).last().click();
  await page.locator(".design-card[data-model=posts]").getByText("new at the next start").waitFor();
  await server.restart();
  await page.goto(`${server.url}/console/#/models/posts`);
  await page.reload();
  await page.getByRole("heading", { name: "Posts", exact: true }).waitFor();
  await page.getByRole("link", { name: "New post" }).first().click();
  await page.locator("dialog.drawer").getByLabel("text").fill("It is there");
  await page.locator("dialog.drawer").getByRole("button", { name: "Create" }).click();
  await page.getByRole("grid").getByText("It is there").first().waitFor();
  await page.goto(`${server.url}/console/#/schema`);
  await page.locator(".design-revision").filter({ hasText: "create table posts" }).waitFor();
});

test("a change that others were quicker with is not overwritten", async (t) => {
  const one = await asAdmin(t, "#/schema/model/notes");
  const other = await one.context().newPage();
  await other.goto(one.url());
  for (const page of [one, other]) {
    await page.getByLabel("Description", { exact: true }).first().fill(page === one ? "First" : "Second");
    await page.locator("ins").first().waitFor();
  }
  await one.getByRole("button", { name: "Save to config.toml" }).click();
  await one.getByText("config.toml is written").waitFor();
  await other.getByRole("button", { name: "Save to config.toml" }).click();
  await other.getByText(/was changed since/).waitFor();
  assert.equal(await other.getByLabel("Description", { exact: true }).first().inputValue(), "Second");
  assert.match(config(), /description = "First"/);
});

test("a file that can't be written is told, with the text to paste", async (t) => {
  chmodSync(join(server.folder, "config.toml"), 0o444);
  const page = await asAdmin(t, "#/schema/model/projects");
  await page.getByLabel("Access").selectOption("public_read");
  await page.getByText(/Paste the text into config.toml yourself/).waitFor();
  await page.getByRole("button", { name: "Copy the text" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Save to config.toml" }).count(), 0);
  chmodSync(join(server.folder, "config.toml"), 0o644);
});

test("who is no admin has no schema", async (t) => {
  const { page } = await on.signedIn(t, "#/schema");
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Schema" }).count(), 0);
});

for (const colorScheme of /** @type {const} */ (["light", "dark"]))
  test(`on a phone nothing scrolls sideways, and axe finds nothing, ${colorScheme}`, async (t) => {
    const page = await asAdmin(t, "#/schema", { ...PHONE, colorScheme });
    for (const [hash, mark] of [["#/schema", ".design-card"], ["#/schema/model/tasks", ".design-preview .diff, .design-preview .dim"], ["#/schema/model", ".design-edit"]]) {
      await page.goto(`${server.url}/console/${hash}`);
      await page.locator(mark ?? "").first().waitFor();
      await page.locator("#main details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
      await isOpenToAll(page, hash);
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll("#main *")].filter((one) => one.getBoundingClientRect().right > 390.5).map((one) => one.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(wide, [], hash);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, hash);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${server.url}/console/#/schema`);
    await page.locator(".design-lines path").first().waitFor({ state: "attached" });
    await isOpenToAll(page, "on a desk");
  });
