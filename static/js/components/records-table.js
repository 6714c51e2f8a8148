/**
 * A page of records. Each row is opened by the link in its first cell, or by a click anywhere in it; a column is sorted
 * by its head. On a narrow screen the rows are cards, so the roles are said explicitly.
 */

import { h, icon } from "../html.js";
import { cell, momentCell } from "./cell.js";

/** @typedef {import("../schema.js").Model} Model */
/** @typedef {import("../schema.js").Field} Field */
/** @typedef {import("../api.js").Item} Item */
/** @typedef {{ name: string, label: string, canSort: boolean, kind: string, render: (item: Item) => Node }} Column */
/**
 * @typedef {{
 *   model: Model, items: Item[], sort: string, showsOwner: boolean, fresh: string | null,
 *   href: (id: string) => string, onSort: (sort: string) => void,
 * }} TableOptions
 */

/** What a table shows when nothing was chosen: the newest first. */
export const DEFAULT_SORT = "-id";

/** @param {TableOptions} options */
export function recordsTable(options) {
  const columns = columnsOf(options);
  const rows = options.items.map((item) => row(columns, item, options));
  return h(
    "table",
    { role: "table", class: "records", "aria-label": options.model.plural },
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        columns.map((column) => head(column, options)),
      ),
    ),
    h("tbody", { role: "rowgroup" }, rows),
  );
}

/**
 * @param {TableOptions} options
 * @returns {Column[]}
 */
function columnsOf({ model, showsOwner, href }) {
  /** @type {Column[]} */
  const columns = [{ name: "id", label: "id", canSort: true, kind: "id", render: (item) => idLink(item, href) }];
  for (const field of model.fields) {
    if (!field.inItem || field.writeOnly) continue;
    const canSort = field.type !== "array" && field.type !== "object";
    columns.push({
      name: field.name,
      label: field.name,
      canSort,
      kind: kindOf(field),
      render: (item) => cell(field, item[field.name]),
    });
  }
  if (showsOwner) columns.push({ name: "user_id", label: "owner", canSort: false, kind: "owner", render: (item) => owner(item) });
  for (const [name, label] of [
    ["created_at", "created"],
    ["updated_at", "updated"],
  ]) {
    if (name && label) columns.push({ name, label, canSort: true, kind: "moment", render: (item) => momentCell(item[name]) });
  }
  return columns;
}

/** @param {Field} field */
function kindOf(field) {
  if (field.references) return "text";
  return field.type === "integer" || field.type === "number" ? "number" : field.type === "boolean" ? "boolean" : "text";
}

/**
 * @param {Column} column
 * @param {TableOptions} options
 */
function head(column, { sort, onSort }) {
  const isSorted = sort.replace(/^-/, "") === column.name;
  const isDown = isSorted && sort.startsWith("-");
  const order = !isSorted ? null : isDown ? "descending" : "ascending";
  const content = column.canSort
    ? h(
        "button",
        {
          type: "button",
          class: "sort",
          title: `Sort by ${column.label}`,
          on: { click: () => onSort(nextSort(column.name, sort)) },
        },
        h("span", null, column.label),
        isSorted && icon(isDown ? "down" : "up"),
      )
    : h("span", { class: "sort" }, column.label);
  return h("th", { role: "columnheader", scope: "col", class: `col-${column.kind}`, "aria-sort": order }, content);
}

/**
 * Up, then down, then as it was.
 * @param {string} name
 * @param {string} sort
 */
export function nextSort(name, sort) {
  if (sort === name) return `-${name}`;
  if (sort === `-${name}`) return name === "id" ? name : DEFAULT_SORT;
  return name;
}

/**
 * @param {Column[]} columns
 * @param {Item} item
 * @param {TableOptions} options
 */
function row(columns, item, { fresh }) {
  const id = String(item.id);
  const cells = columns.map((column) => {
    const isNull = column.name !== "id" && (item[column.name] === null || item[column.name] === undefined);
    return h(
      "td",
      { role: "cell", class: `col-${column.kind}${isNull ? " is-null" : ""}`, "data-label": column.label },
      column.render(item),
    );
  });
  const element = h("tr", { role: "row", "data-id": id, class: id === fresh ? "fresh" : null }, cells);
  element.addEventListener("click", (event) => open(element, event));
  return element;
}

/**
 * A click in a row opens it, unless it meant something else: a link, or text being marked.
 * @param {HTMLElement} row
 * @param {MouseEvent} event
 */
function open(row, event) {
  if (event.target instanceof Element && event.target.closest("a, button")) return;
  if (getSelection()?.isCollapsed === false) return;
  row.querySelector("a")?.click();
}

/**
 * @param {Item} item
 * @param {(id: string) => string} href
 */
function idLink(item, href) {
  const id = String(item.id);
  // UUIDs of one time begin alike, so their end tells them apart.
  const short = id.length > 12 ? `…${id.slice(-8)}` : id;
  return h("a", { href: href(id), class: "value id", title: short === id ? null : id, "aria-label": `Open ${id}` }, short);
}

/** @param {Item} item */
function owner(item) {
  const id = item["user_id"];
  if (id === null || id === undefined) return h("span", { class: "value null" }, "nobody");
  const text = String(id);
  return h("span", { class: "value code", title: text }, text.length > 12 ? `…${text.slice(-8)}` : text);
}
