/** The columns of a model's table: which there are, which are shown, how wide, and what a click on a head sorts by. Pure. */

import { show, showMoment } from "./format.js";

/** @typedef {import("./schema.js").Model} Model */
/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./api.js").Item} Item */
/** @typedef {{ name: string, label: string, canSort: boolean, kind: "id" | "owner" | "moment" | "number" | "boolean" | "text", field: Field | null }} Column */

/** What a table shows when nothing was chosen: the newest first. */
export const DEFAULT_SORT = "-id";
/** Pixels of a character, and around a cell's text. */
const CHARACTER = 7.1;
const AROUND = 34;
const NARROWEST = 76;
const WIDEST = 330;

/**
 * @param {Model} model
 * @param {boolean} showsOwner
 * @returns {Column[]}
 */
export function columnsOf(model, showsOwner) {
  /** @type {Column[]} */
  const columns = [{ name: "id", label: "id", canSort: true, kind: "id", field: null }];
  for (const field of model.fields) {
    if (!field.inItem || field.writeOnly) continue;
    const canSort = field.type !== "array" && field.type !== "object";
    columns.push({ name: field.name, label: field.name, canSort, kind: kindOf(field), field });
  }
  if (showsOwner) columns.push({ name: "user_id", label: "owner", canSort: false, kind: "owner", field: null });
  columns.push({ name: "created_at", label: "created", canSort: true, kind: "moment", field: null });
  columns.push({ name: "updated_at", label: "updated", canSort: true, kind: "moment", field: null });
  return columns;
}

/** @param {Field} field */
function kindOf(field) {
  if (field.references) return "text";
  return field.type === "integer" || field.type === "number" ? "number" : field.type === "boolean" ? "boolean" : "text";
}

/**
 * Those of `columns` that are chosen, in the order in which they were; all when nothing was. The id leads to the record,
 * so it is always there.
 * @param {Column[]} columns
 * @param {string[] | null} chosen
 */
export function chosenColumns(columns, chosen) {
  if (chosen === null) return columns;
  return columns.filter(({ name }) => name === "id" || chosen.includes(name));
}

/**
 * How wide a column is, in pixels, so that most of these rows fit.
 * @param {Column} column
 * @param {Item[]} items
 */
export function widthOf(column, items) {
  const lengths = items.slice(0, 60).map((item) => lengthOf(column, item[column.name]));
  lengths.sort((left, right) => left - right);
  // One long text among short ones need not make all wide.
  const most = lengths[Math.floor(lengths.length * 0.9)] ?? lengths.at(-1) ?? 0;
  const head = column.label.length + (column.canSort ? 3 : 0);
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, Math.max(most, head) * CHARACTER + AROUND)));
}

/**
 * @param {Column} column
 * @param {unknown} value
 */
function lengthOf(column, value) {
  if (value === null || value === undefined) return 4;
  if (column.kind === "id" || column.kind === "owner") return Math.min(9, String(value).length);
  if (column.field === null) return showMoment(String(value)).text.length;
  return show(column.field, value).text.length + (column.kind === "boolean" ? 2 : 0);
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
