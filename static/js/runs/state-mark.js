/** How a run's state, its progress and its duration look. */

import { h } from "../html.js";
import { partOf, progressText } from "./log.js";
import { isOver, spoken, timesOf, toneOf } from "./states.js";

/** @typedef {import("./states.js").Run} Run */

/** @param {string} state */
export function stateMark(state) {
  return h("span", { class: `run-state tone-${toneOf(state)}` }, state);
}

/**
 * A small bar beside the words: as long as it took, against the longest one in the list; within it how far it is.
 * @param {Run} run
 * @param {{ most: number, now: number, progress: import("./log.js").Progress | null }} options
 */
export function durationBar(run, { most, now, progress }) {
  const { waited, ran } = timesOf(run, now);
  if (ran === null) return h("span", { class: "dim" }, isOver(run.state) || run.state === "scheduled" ? "–" : `waits ${spoken(round(waited))}`);
  const part = isOver(run.state) ? null : partOf(progress);
  const bar = h("span", { class: `run-bar tone-${toneOf(run.state)}`, "aria-hidden": "true" });
  // The cube root keeps short ones apart beside one that took a day.
  bar.style.width = `${Math.max(2, Math.round(Math.cbrt(ran / Math.max(most, 1)) * 100))}%`;
  const text = isOver(run.state) ? spoken(ran) : spoken(round(ran));
  return h(
    "span",
    { class: "run-duration" },
    h("span", { class: "run-bar-place", title: "Not linear: a run of an eighth of the longest one's time has half its bar" }, bar),
    h("span", { class: "run-time" }, text),
    part !== null && progress && h("span", { class: "run-percent", title: progressText(progress) }, `${Math.floor(part * 100)} %`),
  );
}

/** Whole seconds, for what still counts. @param {number} milliseconds */
function round(milliseconds) {
  return Math.floor(milliseconds / 1_000) * 1_000;
}

/**
 * What the bars of a list are measured by: the longest of them, in milliseconds, or a little more, so that the bars of all
 * others need not change with each second of one that runs.
 * @param {Run[]} runs
 * @param {number} now
 */
export function longest(runs, now) {
  const most = Math.max(1, ...runs.map((run) => timesOf(run, now).ran ?? 0));
  return 2 ** (Math.ceil(Math.log2(most) * 4) / 4);
}

/** @param {{ [name: string]: string }} labels */
export function labelChips(labels) {
  return Object.entries(labels).map(([name, value]) => h("span", { class: "chip", title: `${name}: ${value}` }, `${name}: ${value}`));
}
