/** Executions in the console: their list, one of them as it runs, what it asks, its log, workers and schedules. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { isOpenToAll } from "./support/axe.js";
import { stage, tabTo } from "./support/browser.js";
import { firstAdmin, log } from "./support/runs.js";
import { newUser } from "./support/server.js";

const TASKS = `
[tasks.greet]
timeout = "5m"
[tasks.greet.input]
type = "object"
properties = { name = { type = "string", required = true, max_length = 9 }, times = { type = "integer", minimum = 1, maximum = 9 } }

[tasks.nightly]
command = ["/bin/true"]
schedule = "0 3 * * *"
`;
const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAI0lEQVR4nGP8z8Dwn4GBgYGBiQEKGBkZ/zMwMPxnYPjPQBkAAH0rBQk7vVTjAAAAAElFTkSuQmCC";

/** From the append of the last of 10,000 lines to its sight, in milliseconds; judged so with HEARTH_TIMES=1. */
const LATE = 1_000;

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {Awaited<ReturnType<typeof firstAdmin>>} */
let admin;
before(async () => {
  on = await stage({ append: TASKS });
  admin = await firstAdmin(on.server);
});
after(() => on.close());

/** @param {import("playwright-core").Page} page @param {string} id */
const row = (page, id) => page.locator(`tr[data-run="${id}"]`);
/** @param {import("playwright-core").Page} page @param {string} hash */
const at = (page, hash) => page.goto(`${on.server.url}/console/${hash}`);
/** A run of a task, as that user. @param {{ api: (method: string, path: string, body?: unknown) => Promise<any> }} user @param {string} task @param {object} [more] */
const run = async (user, task, more = {}) => (await user.api("POST", "/api/executions", { task, ...more })).item;

/** @param {import("node:test").TestContext} t @param {string} hash */
async function asUser(t, hash) {
  const user = await newUser(on.server.url);
  return { user, page: (await on.arrived(t, user, hash)).page };
}
/** @param {import("node:test").TestContext} t @param {string} hash @param {import("playwright-core").BrowserContextOptions} [options] */
const asAdmin = async (t, hash, options) => (await on.arrived(t, admin, hash, options)).page;

test("the list is one's own and live: new ones appear, and each shows how it stands and how far it is", async (t) => {
  const { page, user } = await asUser(t, "#/executions");
  await page.getByText("Nothing has run yet").waitFor();
  const other = await run(admin, "others");
  const one = await run(user, "list.a", { labels: { customer: "7" } });
  await row(page, one.id).getByText("queued").waitFor();
  const held = await admin.worker.claim("list.a");
  await row(page, one.id).getByText("running").waitFor();
  await admin.worker.say(held, [{ kind: "progress", data: { current: 3, total: 12 } }]);
  await row(page, one.id).getByText("25 %").waitFor();
  await admin.worker.finish(held);
  await row(page, one.id).getByText("succeeded").waitFor();
  const two = await run(user, "list.b");
  await row(page, two.id).waitFor();
  assert.deepEqual(
    await page.locator("tr[data-run]").evaluateAll((all) => all.map((line) => line.getAttribute("data-run"))),
    [two.id, one.id],
  );
  assert.equal(await row(page, other.id).count(), 0);
  await page.getByLabel("State").selectOption("Over");
  await page.waitForFunction(() => document.querySelectorAll("tr[data-run]").length === 1);
  await row(page, one.id).waitFor();
  await page.getByLabel("State").selectOption("queued");
  await row(page, two.id).waitFor();
  assert.match(page.url(), /#\/executions\?state=queued$/);
  await page.getByLabel("State").selectOption("Any state");
  await page.getByLabel("Label").fill("customer:7");
  await page.waitForFunction(() => document.querySelectorAll("tr[data-run]").length === 1);
  await page.reload();
  await row(page, one.id).waitFor();
  assert.equal(await page.getByLabel("Label").inputValue(), "customer:7");
  await page.getByLabel("Task", { exact: true }).fill("none");
  await page.getByText("No execution fits these filters").waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await row(page, two.id).getByRole("link", { name: "list.b" }).click();
  await page.getByRole("heading", { name: "list.b" }).waitFor();
  await page.goBack();
  await row(page, two.id).waitFor();
  // Of another one there is nothing, whatever the address says; nor of what is the admins'.
  await at(page, `#/executions/${other.id}`);
  await page.getByText("Execution not found").waitFor();
  assert.equal(await page.getByRole("link", { name: "Workers" }).count(), 0);
});

test("a run tells its story as it happens: steps, progress, lines, files, and how it ended", async (t) => {
  const { page, user } = await asUser(t, "#/");
  const one = await run(user, "story");
  await at(page, `#/executions/${one.id}`);
  await page.getByText("Waits for a worker").waitFor();
  const held = await admin.worker.claim("story");
  const side = page.getByRole("complementary");
  const lines = page.getByRole("log", { name: "Log" });
  await admin.worker.say(held, [
    { kind: "step", data: { id: "a", name: "Read the file", state: "succeeded" } },
    { kind: "step", data: { id: "b", name: "Count", state: "running" } },
    { kind: "progress", data: { current: 2, total: 8, message: "counting" } },
    log("row 17 has no postcode", { level: "warn" }),
    log("first\nsecond", { level: "error", stream: "stderr", fields: { code: 7 } }),
    { kind: "custom.figures", data: { orders: 411, markup: "<img src=x>" } },
  ]);
  await page.locator(".run-state").getByText("running").waitFor();
  await side.getByText("Read the file").waitFor();
  assert.match((await side.locator(".run-step.running").textContent()) ?? "", /^Count/);
  await page.getByText("2 of 8 · counting").waitFor();
  assert.equal(await page.getByRole("progressbar").evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).value), 0.25);
  await lines.locator(".look-warn").getByText("row 17 has no postcode").waitFor();
  assert.equal(await lines.locator(".look-error").count(), 2);
  await lines.getByText('{"orders":411,"markup":"<img src=x>"}').waitFor();
  await page.getByLabel("Which lines").selectOption("Warnings and errors");
  await page.getByText("3 of 9 lines").waitFor();
  await page.getByLabel("Which lines").selectOption("Everything");
  await page.getByLabel("Find in the log").fill("POSTCODE");
  await page.getByText("1 of 9 lines").waitFor();
  await page.getByLabel("Find in the log").fill("");
  await lines.getByText("custom.figures").click();
  await page.getByText('"orders": 411').waitFor();
  await admin.worker.put(held, "chart.png", "image/png", Buffer.from(PICTURE, "base64"));
  await admin.worker.put(held, "chart.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><script>window.broken=1</script></svg>");
  const picture = side.getByRole("img", { name: "chart.png" });
  await picture.waitFor();
  await page.waitForFunction(() => (document.querySelector("img[alt='chart.png']")?.naturalWidth ?? 0) === 8);
  assert.match((await picture.getAttribute("src")) ?? "", /^blob:/);
  const coming = page.waitForEvent("download");
  await side.getByRole("button", { name: "Download chart.svg" }).click();
  assert.equal((await coming).suggestedFilename(), "chart.svg");
  assert.equal(await side.getByRole("img").count(), 1);
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).broken), undefined);
  await admin.worker.finish(held, { state: "failed", error: { message: "Row 88 is no row", code: "bad_row" } });
  await page.getByText("Row 88 is no row").waitFor();
  assert.equal(await page.title(), "story, failed · Hearth");
  const marked = await page.evaluate(() => /** @type {any} */ (window).stays = true);
  await page.getByRole("button", { name: "Run again" }).click();
  await side.getByRole("link", { name: `…${one.id.slice(-8)}` }).waitFor();
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).stays), marked);
  await page.getByRole("button", { name: "Cancel…" }).click();
  await page.getByLabel("Reason").fill("Not today");
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await page.getByText("Never began").waitFor();
  await lines.getByText("Asked to stop: Not today").waitFor();
  const later = await run(user, "later", { run_at: new Date(Date.now() + 3_600_000).toISOString() });
  await at(page, `#/executions/${later.id}`);
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("Waits for a worker").waitFor();
});

test("a question is a form, refused where it does not fit, and answered once", async (t) => {
  const { page, user } = await asUser(t, "#/");
  const one = await run(user, "asks");
  await at(page, `#/executions/${one.id}`);
  const held = await admin.worker.claim("asks");
  const when = { type: "string", enum: ["now", "tonight"], required: true };
  const schema = { type: "object", properties: { when, drain: { type: "integer", maximum: 600, default: 30 } } };
  await admin.worker.say(held, [{ kind: "input.request", data: { request: "go", prompt: "Deploy it?", schema } }]);
  const question = page.getByRole("region", { name: "This run asks you" });
  await question.getByText("Deploy it?").waitFor();
  await question.getByLabel("drain").fill("601");
  await question.getByRole("button", { name: "Answer" }).click();
  await question.getByText(/Input should be less than or equal to 600/).waitFor();
  await question.getByText("Field required").waitFor();
  // What is typed stays while the log grows.
  await admin.worker.say(held, [log("still here")]);
  await page.getByRole("log").getByText("still here").waitFor();
  assert.equal(await question.getByLabel("drain").inputValue(), "601");
  await question.getByLabel("drain").fill("60");
  await question.getByLabel("when").selectOption("tonight");
  await question.getByRole("button", { name: "Answer" }).click();
  await question.waitFor({ state: "detached" });
  await page.getByRole("log").getByText('go: {"when":"tonight","drain":60}').waitFor();
  await admin.worker.say(held, [{ kind: "input.request", data: { request: "sure", prompt: "Sure?", schema: { type: "boolean" } } }]);
  await question.getByRole("button", { name: "No", exact: true }).click();
  await page.getByRole("log").getByText("sure: false").waitFor();
  await admin.worker.finish(held, { output: { ok: true } });
  await page.getByText('"ok": true').waitFor();
});

test("a log of ten thousand lines follows its end, stays where one reads, and has few elements", async (t) => {
  const { page, user } = await asUser(t, "#/");
  const one = await run(user, "long");
  await at(page, `#/executions/${one.id}`);
  const held = await admin.worker.claim("long");
  const shown = (/** @type {string} */ text) =>
    page.evaluate(
      (text) =>
        new Promise((done) => {
          const look = () => {
            const box = document.querySelector(".log-scroll")?.getBoundingClientRect();
            const line = [...document.querySelectorAll(".log-text")].find((each) => each.textContent === text)?.getBoundingClientRect();
            if (box && line && line.top >= box.top && line.bottom <= box.bottom + 1) done(Date.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
      text,
    );
  let most = 0;
  let number = 0;
  for (let part = 0; part < 20; part += 1) {
    await admin.worker.say(held, Array.from({ length: 500 }, () => log(`Line no. ${(number += 1)}`)));
    if (part % 5 === 4) most = Math.max(most, await page.locator("hearth-run-log *").count());
  }
  const appended = Date.now();
  const late = /** @type {number} */ (await shown("Line no. 10000")) - appended;
  t.diagnostic(`the last of 10,000 lines is there ${late} ms after its append; at most ${most} elements`);
  assert.ok(late <= (process.env["HEARTH_TIMES"] ? LATE : 10 * LATE), `${late} ms`);
  assert.ok(most < 600, `${most} elements`);
  const scroll = page.locator(".log-scroll");
  await scroll.evaluate((box) => (box.scrollTop = 5_000 * 20));
  await page.getByRole("button", { name: "Follow", pressed: false }).waitFor();
  const top = await scroll.evaluate((box) => box.scrollTop);
  await admin.worker.say(held, [log("Line no. 10001"), log("Line no. 10002")]);
  await page.getByRole("button", { name: "Follow · 2 new" }).waitFor();
  assert.equal(await scroll.evaluate((box) => box.scrollTop), top);
  await page.getByRole("button", { name: "Follow · 2 new" }).click();
  await shown("Line no. 10002");
  // By the keyboard: up, a line opened, the next one, and away again.
  await scroll.focus();
  await page.keyboard.press("Home");
  await page.getByRole("button", { name: "Follow", pressed: false }).waitFor();
  await shown("queued (created)");
  await page.keyboard.press("Enter");
  await page.getByText("state · no. 1 · attempt").waitFor();
  for (let down = 0; down < 3; down += 1) await page.keyboard.press("ArrowDown");
  await page.locator(".log-message").getByText("Line no. 1", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".log-detail").waitFor({ state: "hidden" });
  // Who comes later, by the address alone, sees the same.
  await page.reload();
  await shown("Line no. 10002");
  await page.getByText("10,005 lines").waitFor();
});

test("a run is begun by the keyboard, with a form of the declared input", async (t) => {
  const { page, user } = await asUser(t, "#/executions");
  await page.getByText("Nothing has run yet").waitFor();
  await page.keyboard.press("n");
  const form = page.getByRole("dialog", { name: "Run a task" });
  await form.getByLabel("task").waitFor();
  await page.keyboard.type("greet");
  await form.getByText("Each try has 5 min.", { exact: false }).waitFor();
  await tabTo(page, "name");
  await page.keyboard.type("Ada Lovelace");
  await page.keyboard.press("Control+Enter");
  await form.getByText(/at most 9 characters/).waitFor();
  assert.equal(await form.getByLabel("name").inputValue(), "Ada Lovelace");
  await form.getByLabel("name").fill("Ada");
  await tabTo(page, "times");
  await page.keyboard.type("2");
  await form.getByText("When and how").click();
  await form.getByLabel("priority").fill("5");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: "greet" }).waitFor();
  const { items } = await user.api("GET", "/api/executions");
  const { item } = await user.api("GET", `/api/executions/${items[0].id}`);
  assert.deepEqual(item.input, { name: "Ada", times: 2 });
  assert.equal(item.priority, 5);
  // A task that nobody declared takes whatever object.
  await at(page, "#/executions/new?task=whatever");
  await form.getByRole("textbox", { name: "input" }).fill('{"a": [1]}');
  await form.getByRole("button", { name: "Run" }).click();
  await page.getByRole("heading", { name: "whatever" }).waitFor();
  await page.getByText("Input", { exact: true }).click();
  await page.locator(".run-json pre").getByText('"a"').waitFor();
});

test("admins see who works and what each holds, and when what runs next", async (t) => {
  const page = await asAdmin(t, "#/workers");
  const one = await run(admin, "held");
  const held = await admin.worker.claim("held");
  const workers = page.getByRole("table", { name: "Workers" });
  const builder = workers.getByRole("row").filter({ hasText: "builder-1" });
  await builder.getByRole("link", { name: "held" }).waitFor();
  await admin.worker.finish(held);
  await builder.getByRole("link", { name: "held" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Schedules" }).click();
  const nightly = page.getByRole("table", { name: "Schedules" }).getByRole("row").filter({ hasText: "nightly" });
  await nightly.getByText("0 3 * * *").waitFor();
  await nightly.getByText(/^in \d+ (h|min)$/).waitFor();
  await nightly.getByRole("button", { name: "Pause nightly" }).click();
  await nightly.getByText("paused").waitFor();
  assert.equal((await admin.api("GET", "/api/admin/schedules")).items[0].paused, true);
  await nightly.getByRole("button", { name: "Resume nightly" }).click();
  await nightly.getByText(/^in \d+ (h|min)$/).waitFor();
  await page.locator(".page-tabs").getByRole("link", { name: "Executions" }).click();
  await row(page, one.id).getByText("succeeded").waitFor();
});

for (const [colorScheme, width] of /** @type {["light" | "dark", number][]} */ ([["light", 1280], ["dark", 390]])) {
  test(`axe finds nothing serious about executions, and nothing is too wide, ${colorScheme}, ${width} px`, async (t) => {
    const page = await asAdmin(t, "#/executions", { colorScheme, viewport: { width, height: 844 } });
    const task = `look.${width}`;
    const one = await run(admin, task, { labels: { "a-long-name-of-a-label": "and-a-long-value-without-spaces-".repeat(3) } });
    const held = await admin.worker.claim(task);
    const schema = { type: "object", properties: { when: { type: "string", enum: ["now"] }, why: { type: "string" } } };
    await admin.worker.say(held, [
      { kind: "step", data: { id: "a", name: "averylongwordwithoutanyspaceinit".repeat(3), state: "running" } },
      { kind: "progress", data: { current: 2, total: 8, message: "averylongwordwithoutanyspaceinit".repeat(3) } },
      log("a warning ".repeat(60), { level: "warn" }),
      log("an error", { level: "error" }),
      { kind: "custom.x", data: { a: 1 } },
      { kind: "input.request", data: { request: "go", prompt: "averylongwordwithoutanyspaceinit".repeat(3), schema } },
    ]);
    await admin.worker.put(held, `${"long-name-".repeat(8)}.png`, "image/png", Buffer.from(PICTURE, "base64"));
    for (const [hash, awaited] of [
      ["#/executions", `tr[data-run="${one.id}"] .run-percent`],
      ["#/executions/new?task=greet", "dialog [name=times]"],
      [`#/executions/${one.id}`, ".run-picture img"],
      ["#/workers", ".held a"],
      ["#/schedules", "tr[data-task]"],
    ]) {
      await at(page, /** @type {string} */ (hash));
      await page.locator(/** @type {string} */ (awaited)).first().waitFor();
      if (hash?.startsWith("#/executions/0")) await page.locator(".log-line").first().click();
      await isOpenToAll(page, /** @type {string} */ (hash));
      const wide = await page.evaluate((width) => {
        const clipped = (/** @type {Element} */ one) => one.closest(".log-scroll") !== null;
        return [...document.querySelectorAll("#main *, dialog *")]
          .filter((one) => one.getBoundingClientRect().right > width + 0.5 && !clipped(one))
          .map((one) => one.outerHTML.slice(0, 120));
      }, width);
      assert.deepEqual(wide, [], hash);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, hash);
      const [title, heading] = [await page.title(), (await page.locator("h1").textContent()) ?? ""];
      assert.ok(title.startsWith(heading) && title.endsWith(" · Hearth"), title);
    }
    await admin.api("POST", `/api/executions/${one.id}/cancel`, {});
  });
}
