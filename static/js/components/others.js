/** Says that somebody else, or another program, changed the record that is open here, and which fields; what was typed is not touched. */

import { textOf } from "../form-values.js";
import { notice } from "./notice.js";

/** @typedef {import("../api.js").Item} Item */
/** @typedef {import("../schema.js").Field} Field */

/**
 * @param {string} what the model's word for one record
 * @param {Field[]} fields
 * @param {Item} before what is shown here
 * @param {Item | null} now what is stored; null when it is gone
 * @param {import("./notice.js").Action} action
 * @param {boolean} hasTyped
 */
export function othersNotice(what, fields, before, now, action, hasTyped) {
  if (now === null) {
    const text = hasTyped ? "What you typed is still here, but there is nothing left to save it to." : "";
    return notice("warning", `This ${what} was deleted, or is no longer yours to see`, text);
  }
  const names = fields.filter((field) => textOf(field, before[field.name]) !== textOf(field, now[field.name])).map(({ name }) => name);
  const title = `This ${what} was just changed elsewhere`;
  const changed = names.length > 0 ? `${names.length === 1 ? "Field" : "Fields"}: ${names.join(", ")}.` : "";
  return notice("info", title, `${changed}${hasTyped ? " What you typed is kept." : ""}`.trim(), [action]);
}
