/** What went wrong, or should be known, with its remedy beside it. */

import { explain } from "../errors.js";
import { h, icon } from "../html.js";

/** @typedef {{ label: string, run: () => unknown, main?: boolean }} Action */

/**
 * @param {"error" | "warning" | "info"} kind
 * @param {string} title
 * @param {string} text
 * @param {Action[]} [actions]
 */
export function notice(kind, title, text, actions = []) {
  const buttons = actions.map((action) =>
    h("button", { type: "button", class: action.main ? "button main" : "button", on: { click: action.run } }, action.label),
  );
  return h(
    "div",
    { class: `notice ${kind}`, role: kind === "info" ? "status" : "alert" },
    icon(kind === "info" ? "info" : "alert"),
    h(
      "div",
      { class: "notice-body" },
      h("p", { class: "notice-title" }, title),
      text !== "" && h("p", { class: "notice-text" }, text),
      buttons.length > 0 && h("div", { class: "notice-actions" }, buttons),
    ),
  );
}

/**
 * @param {unknown} error
 * @param {(() => unknown) | null} [retry]
 * @param {Action[]} [actions]
 */
export function errorNotice(error, retry = null, actions = []) {
  const { title, remedy, canRetry } = explain(error);
  const again = retry !== null && canRetry ? [{ label: "Try again", run: retry }] : [];
  return notice("error", title, remedy, [...again, ...actions]);
}

/** @param {string} text */
export function loading(text) {
  return h("p", { class: "loading", role: "status" }, h("span", { class: "spinner", "aria-hidden": "true" }), text);
}
