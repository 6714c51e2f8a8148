/** The head of one run: what it is, how it stands, and what one can do with it. */

import { askByForm } from "../components/dialog-form.js";
import { ask } from "../api.js";
import { toast } from "../components/toast.js";
import { explain } from "../errors.js";
import { h, icon } from "../html.js";
import { moment } from "../components/panel.js";
import { go } from "../router.js";
import { runsHref } from "./query.js";
import { isOver, relative, spoken, timesOf, toneOf } from "./states.js";

/** @typedef {import("./states.js").Run} Run */

/** @param {Run} run @param {() => Promise<void>} changed */
export function runActions(run, changed) {
  const path = `/api/executions/${run.id}`;
  /** @type {(text: string, work: () => Promise<unknown>) => Promise<void>} */
  const tried = async (text, work) => {
    try {
      await work();
      toast(text);
      await changed();
    } catch (error) {
      const { title, remedy } = explain(error);
      toast(`${title}. ${remedy}`, { kind: "error" });
    }
  };
  const cancel = async () => {
    const text = run.state === "running" || run.state === "waiting" ? "The worker is told, and has a moment to stop." : "It will not begin.";
    const done = await askByForm({
      title: `Cancel this ${run.task}?`,
      text,
      fields: [{ name: "reason", label: "Reason", type: "text", autocomplete: "off", note: "optional" }],
      action: "Cancel the run",
      leave: "Keep it",
      submit: async ({ reason = "" }) => {
        await ask("POST", `${path}/cancel`, reason.trim() === "" ? {} : { reason: reason.trim() });
        return true;
      },
    });
    if (done) await changed();
  };
  const again = () =>
    tried("It runs again", async () => {
      const { item } = await ask("POST", `${path}/retry`);
      go(runsHref(item.id));
    });
  const over = isOver(run.state);
  return [
    run.state === "scheduled" && action("play", "Run now", () => tried("It does not wait any longer", () => ask("POST", `${path}/run-now`))),
    over && action("reload", "Run again", again),
    !over && run.state !== "cancelling" && action("stop", "Cancel…", cancel),
  ];
}

/** @param {import("../html.js").IconName} sign @param {string} text @param {() => unknown} run */
function action(sign, text, run) {
  return h("button", { type: "button", class: "button", on: { click: run } }, icon(sign), text);
}

/** What is to be known of it, in a few words each. @param {Run} run @param {boolean} showsOwner */
export function runFacts(run, showsOwner) {
  /** @type {[string, import("../html.js").Child][]} */
  const rows = [
    ["id", h("code", null, run.id)],
    ["created", moment(run.created_at)],
    ...(run.state === "scheduled" ? [/** @type {[string, Node]} */ (["runs at", moment(run.run_at)])] : []),
    ["begun", run.started_at && moment(run.started_at)],
    ["ended", run.finished_at && moment(run.finished_at)],
    ["attempt", run.attempt > 0 && `${run.attempt} of ${run.max_attempts}`],
    ["worker", run.worker],
    ["owner", showsOwner && h("code", null, run.user_id ?? "nobody")],
    ["priority", run.priority !== 0 && run.priority],
    ["start by", run.start_by && moment(run.start_by)],
    ["one of", run.concurrency_key && h("code", null, run.concurrency_key)],
    ["again of", run.parent_id && h("a", { href: runsHref(run.parent_id) }, h("code", null, `…${run.parent_id.slice(-8)}`))],
  ];
  const known = rows.filter(([, value]) => value !== null && value !== false && value !== undefined);
  return h("dl", { class: "facts" }, known.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))));
}

/** How its time went: waiting, then running; a bar beside the words. @param {Run} run @param {number} now */
export function runTiming(run, now) {
  const { waited, ran } = timesOf(run, now);
  const text = (/** @type {number} */ time) => spoken(isOver(run.state) ? time : Math.floor(time / 1_000) * 1_000);
  if (run.state === "scheduled") return h("span", { class: "dim" }, `Runs ${relative(run.run_at, now)}`);
  if (ran === null) return h("span", { class: "dim" }, isOver(run.state) ? "Never began" : `Waits for a worker since ${text(waited)}`);
  const wait = h("span", { class: "run-waited" });
  wait.style.width = `${Math.round((waited / Math.max(1, waited + ran)) * 100)}%`;
  return h(
    "span",
    { class: "run-timing" },
    h("span", { class: `run-timeline tone-${toneOf(run.state)}`, "aria-hidden": "true" }, wait),
    h("span", null, h("b", null, text(ran)), isOver(run.state) ? "" : " so far"),
    h("span", { class: "dim" }, `after ${spoken(waited)} in the queue`),
    run.attempt > 1 && h("span", { class: "dim" }, `attempt ${run.attempt} of ${run.max_attempts}`),
  );
}
