/** Tasks that run by themselves: when each runs next and ran last, and a way to pause it; for admins. */

import { ask } from "../api.js";
import { toast } from "../components/toast.js";
import { explain } from "../errors.js";
import { showMoment } from "../format.js";
import { h } from "../html.js";
import { polled } from "../runs/polled.js";
import { runsHref } from "../runs/query.js";
import { relative } from "../runs/states.js";
import { runTabs } from "../runs/tabs.js";

/** @typedef {{ task: string, schedule: string, timezone: string, owner: string | null, paused: boolean, next_at: string | null, last_at: string | null, last_execution: string | null }} Schedule */

const EVERY = 5_000;

class HearthSchedules extends HTMLElement {
  #place = polled(EVERY, async () => /** @type {Schedule[]} */ ((await ask("GET", "/api/admin/schedules")).items), schedulesOf);

  connectedCallback() {
    this.replaceChildren(
      h(
        "div",
        { class: "page wide" },
        h("div", { class: "page-head" }, h("div", null, h("h1", null, "Schedules"), h("p", { class: "lead" }, "Tasks that run by themselves, as config.toml says. Each time runs once, whatever crashes."))),
        runTabs("schedules"),
        this.#place.element,
      ),
    );
    this.#place.begin();
  }

  disconnectedCallback() {
    this.#place.end();
  }
}

/** @param {Schedule[]} schedules @param {() => Promise<void>} load */
function schedulesOf(schedules, load) {
  if (schedules.length === 0)
    return h("p", { class: "data-empty", role: "status" }, "Nothing runs by itself. A task does with schedule = \"0 3 * * *\" in [tasks.NAME] of config.toml.");
  const columns = ["Task", "When", "Next", "Last", "Owner", ""];
  const rows = schedules.map((one) => {
    const cells = [
      h("a", { href: runsHref(null, { states: [], task: one.task, label: "" }), class: "run-link" }, one.task),
      h("span", { class: "row-text" }, h("code", null, one.schedule), h("span", { class: "dim" }, one.timezone)),
      one.paused ? h("span", { class: "run-state tone-warn" }, "paused") : timeOf(one.next_at),
      one.last_at === null ? h("span", { class: "dim" }, "never") : h("span", { class: "row-text" }, timeOf(one.last_at), one.last_execution && h("a", { href: runsHref(one.last_execution) }, "its run")),
      one.owner ?? h("span", { class: "dim" }, "nobody"),
      h(
        "button",
        { type: "button", class: "button", "aria-label": `${one.paused ? "Resume" : "Pause"} ${one.task}`, on: { click: () => pause(one, load) } },
        one.paused ? "Resume" : "Pause",
      ),
    ];
    return h("tr", { "data-task": one.task }, cells.map((cell, at) => h("td", { "data-label": columns[at] || null }, cell)));
  });
  return h(
    "table",
    { class: "data-table", "aria-label": "Schedules" },
    h("thead", null, h("tr", null, columns.map((name) => h("th", { scope: "col" }, name === "" ? h("span", { class: "unseen" }, "Actions") : name)))),
    h("tbody", null, rows),
  );
}

/** @param {string | null} time */
function timeOf(time) {
  if (time === null) return h("span", { class: "dim" }, "never again");
  return h("span", { class: "row-text" }, h("time", { datetime: time, class: "soon" }, relative(time, Date.now())), h("span", { class: "dim" }, showMoment(time).text));
}

/** @param {Schedule} schedule @param {() => Promise<void>} load */
async function pause({ task, paused }, load) {
  try {
    await ask("PUT", `/api/admin/schedules/${encodeURIComponent(task)}`, { paused: !paused });
    toast(paused ? `${task} runs by itself again` : `${task} does not run by itself until it is resumed`);
  } catch (error) {
    const { title, remedy } = explain(error);
    toast(`${title}. ${remedy}`, { kind: "error" });
  }
  await load();
}

customElements.define("hearth-schedules", HearthSchedules);
