/** A part of a page under a heading of its own, and the lines of a list in it. */

import { h, uniqueId } from "../html.js";

/**
 * @param {string} title
 * @param {string} lead
 * @param {...import("../html.js").Child} content
 */
export function panel(title, lead, ...content) {
  const id = uniqueId();
  return h(
    "section",
    { class: "panel", "aria-labelledby": id },
    h("div", { class: "panel-head" }, h("h2", { id }, title), lead !== "" && h("p", { class: "lead" }, lead)),
    h("div", { class: "panel-body" }, content),
  );
}

/**
 * One line: what it is, what is to be known of it, and what one can do with it.
 * @param {import("../html.js").Child} name
 * @param {import("../html.js").Child} about
 * @param {...import("../html.js").Child} actions
 */
export function line(name, about, ...actions) {
  return h(
    "li",
    { class: "line" },
    h("div", { class: "line-text" }, h("div", { class: "line-name" }, name), h("div", { class: "line-about" }, about)),
    h("div", { class: "line-actions" }, actions),
  );
}

/**
 * @param {string} label
 * @param {() => unknown} run
 * @param {string} [described] what screen readers hear in its place, where many have the same label
 */
export function button(label, run, described) {
  return h("button", { type: "button", class: "button", "aria-label": described ?? null, on: { click: run } }, label);
}

/** @param {string} head @param {unknown} time */
export function since(head, time) {
  return typeof time === "string" ? h("span", null, `${head} `, moment(time)) : null;
}

/** @param {string} time */
export function moment(time) {
  const date = new Date(time);
  const text = Number.isNaN(date.getTime()) ? time : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return h("time", { datetime: time, title: time }, text);
}
