/** The steps of a run as a timeline, and its progress as a bar. */

import { fill, h } from "../html.js";
import { partOf, progressText } from "./log.js";
import { spoken } from "./states.js";

/** @param {Iterable<import("./log.js").Step>} steps @param {number} now @param {boolean} isOver */
export function stepList(steps, now, isOver) {
  return [...steps].map(({ name, state, since, until }) => {
    const isRunning = state === "running" && !isOver;
    // The run ended in its middle.
    const said = state === "running" && isOver ? "not finished" : state;
    const time = until !== null ? Date.parse(until) - Date.parse(since) : isRunning ? Math.floor((now - Date.parse(since)) / 1_000) * 1_000 : null;
    return h(
      "li",
      { class: `run-step ${state === "running" && isOver ? "pending" : state}` },
      h("span", { class: "run-step-name" }, name),
      h("span", { class: "dim" }, time === null || state === "skipped" ? said : spoken(Math.max(0, time)), h("span", { class: "unseen" }, `, ${said}`)),
    );
  });
}

export function progressBar() {
  const bar = h("progress", { class: "run-progress", "aria-label": "Progress", max: "1" });
  const text = h("span", { class: "run-progress-text" });
  const element = h("div", { class: "run-progress-line", hidden: true }, bar, text);
  return {
    element,
    /** @param {import("./log.js").Progress | null} progress @param {boolean} isOver */
    draw(progress, isOver) {
      const part = partOf(progress);
      element.hidden = progress === null || isOver;
      if (progress === null) return;
      if (part === null) bar.removeAttribute("value");
      else bar.value = part;
      fill(text, progressText(progress));
    },
  };
}
