/** What is around the pages: the palette, the keys, and that no page keeps anybody out. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { isOpenToAll } from "./support/axe.js";
import { drawer, stage } from "./support/browser.js";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => void (on = await stage()));
after(() => on.close());

for (const colorScheme of /** @type {("light" | "dark")[]} */ (["light", "dark"])) {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    test(`axe finds nothing serious on any page, ${colorScheme}, ${viewport.width} px wide`, async (t) => {
      const { page } = await on.visitor(t, { colorScheme, viewport });
      await page.goto(`${on.server.url}/console/`);
      await page.getByLabel("Email").waitFor();
      await isOpenToAll(page, "sign-in");
      await page.goto(`${on.server.url}/console/#/register`);
      await page.getByLabel("Name").waitFor();
      await isOpenToAll(page, "register");
      const signed = await on.signedIn(t, "#/", { colorScheme, viewport });
      const inside = signed.page;
      const tags = ["a", "b"];
      const task = { title: "One", status: "open", urgent: true, tags, settings: { a: 1 }, website: "https://example.com" };
      const { items } = await signed.user.api("POST", "/api/tasks", [task, task]);
      const at = async (/** @type {string} */ hash, /** @type {string} */ awaited) => {
        await inside.goto(`${on.server.url}/console/${hash}`);
        await inside.locator(awaited).first().waitFor();
        await isOpenToAll(inside, hash);
        assert.equal(await inside.evaluate(() => document.documentElement.scrollWidth), viewport.width, hash);
      };
      await at("#/", ".model-list");
      await at("#/models/items", ".empty");
      await at("#/api/tasks", ".api-code pre");
      await at("#/models/tasks?f.status=open", "tr[data-id]");
      for (const menu of ["Columns", "Views", "More"]) {
        await inside.getByRole("button", { name: menu, exact: true }).click();
        await isOpenToAll(inside, menu);
        await inside.keyboard.press("Escape");
      }
      await inside.locator("td.col-select input").first().check();
      await isOpenToAll(inside, "selected");
      await inside.getByRole("button", { name: "More", exact: true }).click();
      await inside.getByRole("button", { name: "Import a file…" }).click();
      await inside.locator(".drop-zone").waitFor();
      await isOpenToAll(inside, "import");
      await inside.keyboard.press("Escape");
      await inside.keyboard.press("Control+k");
      await inside.locator(".palette li").first().waitFor();
      await isOpenToAll(inside, "palette");
      await inside.keyboard.press("Escape");
      await at(`#/models/tasks/${items[0].id}`, "dialog.drawer [name=title]");
      await drawer(inside).getByLabel("title").fill("Mine");
      await signed.user.api("PUT", `/api/tasks/${items[0].id}`, { title: "Theirs" });
      await inside.keyboard.press("Control+Enter");
      await inside.locator(".versions").waitFor();
      await isOpenToAll(inside, "conflict");
    });
  }
}

test("the palette finds pages, commands and records by a few letters", async (t) => {
  const { page, user } = await on.signedIn(t);
  const { item } = await user.api("POST", "/api/tasks", { title: "One", status: "open", urgent: true });
  const search = page.getByRole("combobox", { name: "Search for a page or a command" });
  await page.keyboard.press("Control+k");
  await search.fill("proj");
  await page.getByRole("option", { name: "Projects" }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
  await page.keyboard.press("Control+k");
  await search.fill(`task ${item.id}`);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: `Task ${item.id}` }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await search.fill("dark");
  await page.keyboard.press("Enter");
  await page.locator(":root[data-theme=dark]").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Search" }).first().click();
  await search.fill("qqqq");
  await page.getByText("Nothing fits").waitFor();
  await page.keyboard.press("Escape");
  await search.waitFor({ state: "detached" });
});

test("keys lead on, are listed by ?, and do nothing while one types", async (t) => {
  const { page } = await on.signedIn(t, "#/models/tasks");
  await page.getByText("No tasks yet").waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByText("Edit the cell in its place").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.keyboard.type("n?ga");
  assert.equal(await page.getByLabel("Filter by a field").inputValue(), "n?ga");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.getByRole("heading", { name: "Tasks", exact: true }).click();
  await page.keyboard.press("n");
  await page.getByRole("dialog", { name: "New task" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "New task" }).waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.getByRole("heading", { name: "API", exact: true }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
});
