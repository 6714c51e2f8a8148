/** Which executions are asked for, as it stands in the address; and how a newer first page goes into a list. Pure. */

import { STATES } from "./states.js";

/** @typedef {import("./states.js").Run} Run */
/** @typedef {{ states: string[], task: string, label: string }} RunQuery */

/** What one chooses from: some states together. @type {{ name: string, text: string, states: string[] }[]} */
export const GROUPS = [
  { name: "", text: "Any state", states: [] },
  { name: "active", text: "Under way", states: ["scheduled", "queued", "running", "waiting", "cancelling"] },
  { name: "over", text: "Over", states: ["succeeded", "failed", "cancelled", "expired"] },
];

/** @param {string} search @returns {RunQuery} */
export function readQuery(search) {
  const query = new URLSearchParams(search);
  const states = query.getAll("state").filter((state) => STATES.some((one) => one === state));
  return { states, task: query.get("task") ?? "", label: query.get("label") ?? "" };
}

/** @param {RunQuery} query */
function parametersOf({ states, task, label }) {
  const parameters = new URLSearchParams();
  for (const state of states) parameters.append("state", state);
  if (task !== "") parameters.set("task", task);
  if (label !== "") parameters.set("label", label);
  return parameters;
}

/** The address of the list, or of one run. @param {string | null} [run] @param {RunQuery} [query] */
export function runsHref(run = null, query) {
  const parameters = query ? parametersOf(query) : new URLSearchParams();
  return `#/executions${run === null ? "" : `/${encodeURIComponent(run)}`}${parameters.size > 0 ? `?${parameters}` : ""}`;
}

/** @param {RunQuery} query @param {number} limit @param {string | null} cursor */
export function runsPath(query, limit, cursor) {
  const parameters = parametersOf(query);
  parameters.set("limit", String(limit));
  if (cursor) parameters.set("cursor", cursor);
  return `/api/executions?${parameters}`;
}

/** The name of a group of states, or the one state. @param {string[]} states */
export function groupOf(states) {
  const group = GROUPS.find((one) => one.states.length === states.length && one.states.every((state) => states.includes(state)));
  return group?.name ?? states[0] ?? "";
}

/** @param {string} name @returns {string[]} */
export function statesOf(name) {
  return GROUPS.find((one) => one.name === name)?.states ?? [name];
}

/** What is wrong with a label to filter by. @param {string} text */
export function labelFault(text) {
  return text === "" || text.indexOf(":") > 0 ? null : "A label is a name and a value, like customer:7";
}

/**
 * A newer first page put over what is known: it says what is at the top, and what is older stays.
 * @param {Run[]} known
 * @param {Run[]} page
 * @param {boolean} isWhole whether nothing comes behind the page
 * @returns {Run[]}
 */
export function merged(known, page, isWhole) {
  const before = new Map(known.map((run) => [run.id, run]));
  const top = page.map((run) => {
    const old = before.get(run.id);
    // What was heard since the page was asked for is newer.
    return old !== undefined && old.last_seq > run.last_seq ? old : run;
  });
  const last = page.at(-1);
  // The newest come first, and ids grow with time.
  const older = isWhole || last === undefined ? [] : known.filter(({ id }) => id < last.id);
  return [...top, ...older];
}
