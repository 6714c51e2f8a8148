/** What narrows the list of executions: state, task, label. What is typed counts once it rests, or by Enter. */

import { h } from "../html.js";
import { GROUPS, groupOf, labelFault, statesOf } from "./query.js";
import { STATES } from "./states.js";

/** What is typed is asked for once it rests so long, in milliseconds. */
const REST = 400;

/** @param {import("./query.js").RunQuery} query @param {(query: import("./query.js").RunQuery) => void} change */
export function runFilters(query, change) {
  const state = h(
    "select",
    { "aria-label": "State" },
    GROUPS.map(({ name, text }) => h("option", { value: name }, text)),
    STATES.map((one) => h("option", { value: one }, one)),
  );
  const tasks = h("datalist", { id: "run-tasks" });
  const task = h("input", { type: "search", "aria-label": "Task", placeholder: "Task", list: "run-tasks", spellcheck: "false" });
  const label = h("input", { type: "search", "aria-label": "Label", placeholder: "Label, as customer:7", spellcheck: "false" });
  const fault = h("p", { class: "filter-fault", role: "alert" });
  let timer = 0;

  function changed() {
    clearTimeout(timer);
    fault.textContent = labelFault(label.value.trim()) ?? "";
    if (fault.textContent !== "") return;
    change({ states: statesOf(state.value), task: task.value.trim(), label: label.value.trim() });
  }
  function typed() {
    clearTimeout(timer);
    timer = window.setTimeout(changed, REST);
  }
  state.addEventListener("change", changed);
  for (const input of [task, label]) {
    input.addEventListener("input", typed);
    input.addEventListener("keydown", (event) => event.key === "Enter" && changed());
  }
  const show = (/** @type {import("./query.js").RunQuery} */ now) => {
    state.value = groupOf(now.states);
    if (task.value.trim() !== now.task) task.value = now.task;
    if (label.value.trim() !== now.label) label.value = now.label;
  };
  show(query);
  return {
    element: h("div", { class: "filters run-filters", role: "search" }, state, task, label, tasks, fault),
    show,
    /** @param {string[]} names */
    offer: (names) => tasks.replaceChildren(...names.map((name) => h("option", { value: name }))),
    focus: () => task.focus(),
  };
}
