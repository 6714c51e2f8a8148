/** The head and the rows of a table of records, as elements. What they do is the grid's. */

import { nextSort } from "../columns.js";
import { h, icon } from "../html.js";
import { isSame } from "../live-rows.js";
import { cell, momentCell } from "./cell.js";

/** @typedef {import("../columns.js").Column} Column */
/** @typedef {import("../api.js").Item} Item */

/**
 * @param {Column} column
 * @param {number} at
 * @param {string} sort
 * @param {(sort: string) => void} onSort
 */
function headCell(column, at, sort, onSort) {
  const isSorted = sort.replace(/^-/, "") === column.name;
  const isDown = isSorted && sort.startsWith("-");
  const order = !isSorted ? null : isDown ? "descending" : "ascending";
  const content = column.canSort
    ? h(
        "button",
        { type: "button", class: "sort", title: `Sort by ${column.label}`, on: { click: () => onSort(nextSort(column.name, sort)) } },
        h("span", null, column.label),
        isSorted && icon(isDown ? "down" : "up"),
      )
    : h("span", { class: "sort" }, column.label);
  return h(
    "th",
    { role: "columnheader", scope: "col", class: `col-${column.kind}`, "aria-sort": order, "aria-colindex": at + 2, "data-name": column.name },
    content,
  );
}

/**
 * @param {HTMLElement} all what selects all
 * @param {Column[]} columns
 * @param {string} sort
 * @param {(sort: string) => void} onSort
 */
export function headRow(all, columns, sort, onSort) {
  return h(
    "tr",
    { role: "row", "aria-rowindex": 1 },
    h("th", { role: "columnheader", class: "col-select", "aria-colindex": 1 }, all),
    columns.map((column, at) => headCell(column, at, sort, onSort)),
  );
}

/**
 * @param {number} at its place in the list
 * @param {Item | undefined} item undefined while it is on its way
 * @param {Column[]} columns
 * @param {{ href: (id: string) => string, isSelected: (id: string) => boolean, isGone: (id: string) => boolean, fresh: Set<string> }} options
 */
export function gridRow(at, item, columns, { href, isSelected, isGone, fresh }) {
  // The head is row 1.
  const attributes = { role: "row", "aria-rowindex": at + 2 };
  if (item === undefined) {
    const blank = h("td", { role: "gridcell", colspan: columns.length + 1 }, h("span", { class: "ghost" }));
    return h("tr", { ...attributes, class: "coming", "aria-busy": "true" }, blank);
  }
  const id = String(item.id);
  const selected = isSelected(id);
  const box = h("input", { type: "checkbox", tabindex: "-1", "aria-label": `Select ${id}`, checked: selected });
  const look = [selected && "selected", isGone(id) && "gone", fresh.has(id) && "fresh"].filter(Boolean).join(" ");
  return h(
    "tr",
    { ...attributes, "data-id": id, class: look || null, "aria-selected": String(selected) },
    h("td", { role: "gridcell", class: "col-select", tabindex: "-1", "aria-colindex": 1 }, box),
    columns.map((column, place) => gridCell(column, place, item, href)),
  );
}

/**
 * @param {Column} column
 * @param {number} at
 * @param {Item} item
 * @param {(id: string) => string} href
 */
function gridCell(column, at, item, href) {
  const isNull = column.kind !== "id" && (item[column.name] === null || item[column.name] === undefined);
  return h(
    "td",
    {
      role: "gridcell",
      class: `col-${column.kind}${isNull ? " is-null" : ""}`,
      tabindex: "-1",
      "data-label": column.label,
      "data-name": column.name,
      "aria-colindex": at + 2,
    },
    content(column, item, href),
  );
}

/**
 * @param {Column} column
 * @param {Item} item
 * @param {(id: string) => string} href
 */
export function content(column, item, href) {
  const value = item[column.name];
  if (column.kind === "id") return idLink(String(value), href);
  if (column.kind === "owner") return owner(value);
  if (column.field === null) return momentCell(value);
  const shown = cell(column.field, value);
  if (shown instanceof HTMLAnchorElement) shown.tabIndex = -1;
  return shown;
}

/**
 * @param {string} id
 * @param {(id: string) => string} href
 */
function idLink(id, href) {
  // UUIDs of one time begin alike, so their end tells them apart.
  const short = id.length > 12 ? `…${id.slice(-8)}` : id;
  const title = short === id ? null : id;
  return h("a", { href: href(id), class: "value id", title, tabindex: "-1", "aria-label": `Open ${id}` }, short);
}

/** @param {unknown} id */
function owner(id) {
  if (id === null || id === undefined) return h("span", { class: "value null" }, "nobody");
  const text = String(id);
  return h("span", { class: "value code", title: text }, text.length > 12 ? `…${text.slice(-8)}` : text);
}

/**
 * Which of the rows that are elements stay in a newer list, by their new places; the others are removed.
 * @param {HTMLElement} body
 * @param {Map<number, HTMLTableRowElement>} shown
 * @param {import("../rows.js").Rows} before
 * @param {import("../rows.js").Rows} now
 * @returns {Map<number, HTMLTableRowElement>}
 */
export function keepSame(body, shown, before, now) {
  /** @type {[number, HTMLTableRowElement][]} */
  const kept = [];
  for (const [at, row] of shown) {
    const item = before.get(at);
    const place = item === undefined ? -1 : now.placeOf(String(item.id));
    if (place >= 0 && isSame(item, now.get(place)) && !row.classList.contains("vanishing")) kept.push([place, row]);
    else row.remove();
  }
  kept.sort(([left], [right]) => left - right);
  kept.forEach(([place, row], at) => {
    row.setAttribute("aria-rowindex", String(place + 2));
    const there = body.children[at] ?? null;
    if (there !== row) body.insertBefore(row, there);
  });
  return new Map(kept);
}

/**
 * @template {HTMLElement} T
 * @param {T} element
 * @param {"width" | "height"} side
 * @param {number} pixels
 */
export function sized(element, side, pixels) {
  element.style[side] = `${pixels}px`;
  return element;
}
