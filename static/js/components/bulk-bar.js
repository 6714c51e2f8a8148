/** What can be done with the records that are selected; at the foot of their table, while there are some. */

import { showCount } from "../format.js";
import { fill, h, icon } from "../html.js";

/**
 * @param {import("../selection.js").Selection} selection
 * @param {{ mayDelete: boolean, remove: (ids: string[]) => void, save: (kind: "csv" | "json") => void }} options
 */
export function bulkBar(selection, { mayDelete, remove, save }) {
  const count = h("span", { class: "bulk-count", role: "status" });
  const bar = h(
    "div",
    { class: "bulk-bar", role: "toolbar", "aria-label": "Selected records", hidden: true },
    count,
    h("span", { class: "space" }),
    h("button", { type: "button", class: "button small", on: { click: () => save("csv") } }, icon("export"), "CSV"),
    h("button", { type: "button", class: "button small", on: { click: () => save("json") } }, icon("export"), "JSON"),
    mayDelete &&
      h("button", { type: "button", class: "button small danger-text", on: { click: () => remove(selection.ids()) } }, icon("trash"), "Delete"),
    h("button", { type: "button", class: "button small quiet", on: { click: () => selection.set([]) } }, "Clear"),
  );
  selection.addEventListener("change", () => {
    bar.hidden = selection.size === 0;
    fill(count, `${showCount(selection.size)} selected`);
  });
  return bar;
}
