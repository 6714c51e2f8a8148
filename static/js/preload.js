/**
 * Asks at once for all modules and styles of a signed-in user's pages. By themselves they would be found one after the
 * other, each level of imports a round trip later. A unit test keeps the list whole.
 */

import { beside, h, style } from "./html.js";

export const MODULES = [
  "api.js",
  "channel.js",
  "columns.js",
  "commands.js",
  "components/brand.js",
  "components/bulk-bar.js",
  "components/cell.js",
  "components/combobox.js",
  "components/confirm.js",
  "components/conflict.js",
  "components/control.js",
  "components/copy.js",
  "components/facts.js",
  "components/field-row.js",
  "components/filter-bar.js",
  "components/grid-keys.js",
  "components/grid-row.js",
  "components/grid.js",
  "components/inline-edit.js",
  "components/json-control.js",
  "components/list-control.js",
  "components/live-mark.js",
  "components/live-records.js",
  "components/no-records.js",
  "components/others.js",
  "components/popup.js",
  "components/record-drawer.js",
  "components/record-form.js",
  "components/record-history.js",
  "components/record-opener.js",
  "components/records-head.js",
  "components/reference-control.js",
  "components/sidebar.js",
  "components/table-menus.js",
  "components/theme-button.js",
  "components/view-banner.js",
  "deletions.js",
  "example.js",
  "filters.js",
  "form-values.js",
  "format.js",
  "fuzzy.js",
  "history.js",
  "live-rows.js",
  "live.js",
  "pages/models.js",
  "pages/records.js",
  "pages/shell.js",
  "rows.js",
  "schema.js",
  "selection.js",
  "shortcuts.js",
  "socket.js",
  "theme-choice.js",
  "views.js",
];
const SHEETS = ["records", "grid", "tools"];

export function preloadPages() {
  for (const name of MODULES) document.head.append(h("link", { rel: "modulepreload", href: beside(name) }));
  return preloadStyles();
}

/** Loaded when it resolves. */
export function preloadStyles() {
  return Promise.all(SHEETS.map(style));
}
