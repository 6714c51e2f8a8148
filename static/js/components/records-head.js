/** The head of a model's page: its name, and what can be done with its table. */

import { apiHref, go, NEW } from "../router.js";
import { h, icon } from "../html.js";
import { may } from "../schema.js";
import { shortcuts } from "../shortcuts.js";
import { columnsMenu, moreMenu, viewsMenu } from "./table-menus.js";

/**
 * @param {import("../pages/records.js").HearthRecords} page
 * @param {{
 *   columns: import("../columns.js").Column[], liking: () => import("../views.js").Liking,
 *   keep: (liking: import("../views.js").Liking) => void, open: (view: import("../views.js").View) => void, mark: HTMLElement,
 * }} options
 */
export function recordsHead(page, { columns, liking, keep, open, mark }) {
  const { model, user } = page;
  const mayCreate = may(model.access.create, user);
  const count = h("span", { class: "count", role: "status" });
  const label = `New ${model.title.toLowerCase()}`;
  const create = mayCreate
    ? h("a", { class: "button main new", href: page.href(NEW), id: "new-record", "aria-label": label }, icon("add"), h("span", null, label))
    : null;
  const reload = h(
    "button",
    { type: "button", class: "button icon-only", "aria-label": "Reload", title: "Reload", on: { click: () => page.reload() } },
    icon("reload"),
  );
  const views = viewsMenu({
    liking,
    keep,
    open,
    now: () => ({ sort: page.route.query.sort, filters: page.route.query.filters, columns: liking().columns }),
  });
  const chosen = columnsMenu(columns, () => liking().columns, (names) => keep({ ...liking(), columns: names }));
  const more = moreMenu([
    ...(mayCreate ? [{ sign: /** @type {const} */ ("import"), text: "Import a file…", run: () => importFile(page) }] : []),
    { sign: "export", text: "Export as CSV", run: () => page.save("csv") },
    { sign: "export", text: "Export as JSON", run: () => page.save("json") },
    { sign: "api", text: "Use it by the API", run: () => go(apiHref(model.name)) },
  ]);
  const element = h(
    "div",
    { class: "page-head" },
    h(
      "div",
      null,
      h("div", { class: "title-line" }, h("h1", null, model.plural), count, mark),
      model.description !== "" && h("p", { class: "lead" }, model.description),
    ),
    h("div", { class: "page-actions" }, reload, views.element, chosen.element, more.element, create),
  );
  return { element, count, create };
}

/** @param {import("../pages/records.js").HearthRecords} page */
async function importFile(page) {
  const { openImport } = await import("./import-dialog.js");
  openImport(page.model, page.user, () => void page.reload());
}

/**
 * The keys that hold on a model's page.
 * @param {import("../schema.js").Model} model
 * @param {Record<"filter" | "create" | "reload" | "remove", () => unknown>} does
 */
export function recordsKeys(model, { filter, create, reload, remove }) {
  const group = "Records";
  return shortcuts([
    { keys: "/", does: "Filter the records", group, run: filter },
    { keys: "N", does: `New ${model.title.toLowerCase()}`, group, run: create },
    { keys: "R", does: "Reload", group, run: reload },
    { keys: "↑ ↓ ← →", does: "Go from cell to cell", group },
    { keys: "Enter", does: "Open the record", group },
    { keys: "F2", does: "Edit the cell in its place", group },
    { keys: "Space", does: "Select the record", group },
    { keys: "Delete", does: "Delete what is selected", group, run: remove },
    { keys: "Ctrl+Enter", does: "Save a form", group: "Forms" },
  ]);
}
