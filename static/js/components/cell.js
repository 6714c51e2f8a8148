/** One value in a table. */

import { show, showMoment } from "../format.js";
import { h } from "../html.js";
import { recordsHref } from "../router.js";

/**
 * @param {import("../schema.js").Field} field
 * @param {unknown} value
 */
export function cell(field, value) {
  const { look, text, title } = show(field, value);
  const shown = h("span", { class: `value ${look}`, title: title || null }, text);
  if (look === "link")
    return h("a", { class: "value link", href: String(value), title, target: "_blank", rel: "noopener noreferrer" }, text);
  if (look === "record" && field.references)
    return h("a", { class: "value", href: recordsHref(field.references, String(value)) }, text);
  return shown;
}

/** @param {unknown} value a stored time */
export function momentCell(value) {
  if (typeof value !== "string") return h("span", { class: "value null" }, "null");
  const { text, title } = showMoment(value);
  return h("time", { class: "value moment", datetime: value, title }, text);
}
