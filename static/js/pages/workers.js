/** Who works, and what each holds; for admins. */

import { ask } from "../api.js";
import { h } from "../html.js";
import { polled } from "../runs/polled.js";
import { runsHref } from "../runs/query.js";
import { stateMark } from "../runs/state-mark.js";
import { relative } from "../runs/states.js";
import { runTabs } from "../runs/tabs.js";

/**
 * @typedef {{ id: string, task: string, state: string, attempt: number, fence: number, lease_until: string | null }} Held
 * @typedef {{ worker: string, key_id: string | null, user_id: string | null, last_seen_at: string | null, tasks: string[], waiting: boolean, executions: Held[] }} Worker
 */

const EVERY = 1_500;
/** Who said nothing for so long is likely gone, in milliseconds. */
const SILENT = 90_000;

class HearthWorkers extends HTMLElement {
  #place = polled(EVERY, async () => /** @type {Worker[]} */ ((await ask("GET", "/api/workers")).items), workersOf);

  connectedCallback() {
    this.replaceChildren(
      h(
        "div",
        { class: "page wide" },
        h("div", { class: "page-head" }, h("div", null, h("h1", null, "Workers"), h("p", { class: "lead" }, "Programs that were heard of within an hour, and what they hold."))),
        runTabs("workers"),
        this.#place.element,
      ),
    );
    this.#place.begin();
  }

  disconnectedCallback() {
    this.#place.end();
  }
}

/** @param {Worker[]} workers */
function workersOf(workers) {
  if (workers.length === 0)
    return h("p", { class: "data-empty", role: "status" }, "Nobody works. A worker is a program with a key of the scope “worker”: hearth key create --worker NAME");
  const columns = ["Worker", "State", "Seen", "Takes", "Holds"];
  const rows = workers.map((one) => {
    const cells = [
      h("span", { class: "row-text" }, h("span", { class: "row-title" }, one.worker), one.key_id && h("code", { class: "dim", title: one.key_id }, `key …${one.key_id.slice(-8)}`)),
      stateOf(one),
      one.last_seen_at === null ? h("span", { class: "dim" }, "not since the start") : h("time", { datetime: one.last_seen_at, title: one.last_seen_at }, relative(one.last_seen_at, Date.now())),
      one.tasks.length === 0 ? null : h("span", { class: "run-labels" }, one.tasks.map((task) => h("span", { class: "chip" }, task))),
      one.executions.length === 0 ? h("span", { class: "dim" }, "nothing") : h("ul", { class: "held" }, one.executions.map(heldOf)),
    ];
    return h("tr", null, cells.map((cell, at) => h("td", { "data-label": columns[at] }, cell)));
  });
  return h(
    "table",
    { class: "data-table", "aria-label": "Workers" },
    h("thead", null, h("tr", null, columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", null, rows),
  );
}

/** @param {Worker} worker */
function stateOf({ waiting, executions, last_seen_at }) {
  if (executions.length > 0) return h("span", { class: "run-state tone-busy" }, "works");
  if (waiting) return h("span", { class: "run-state tone-good" }, "waits for work");
  const isSilent = last_seen_at === null || Date.now() - Date.parse(last_seen_at) > SILENT;
  return h("span", { class: "run-state tone-calm" }, isSilent ? "silent" : "idle");
}

/** @param {Held} held */
function heldOf({ id, task, state, attempt, lease_until }) {
  const lease = lease_until === null ? "" : `Lease ends ${relative(lease_until, Date.now())}, attempt ${attempt}`;
  return h("li", null, stateMark(state), h("a", { href: runsHref(id), title: lease }, task), h("code", { class: "dim" }, id.slice(-8)));
}

customElements.define("hearth-workers", HearthWorkers);
