/** A model's records as a file, made in the browser page by page. */

import { list } from "./api.js";
import { toast } from "./components/toast.js";
import { writeCsv } from "./csv.js";
import { explain } from "./errors.js";
import { showCount } from "./format.js";
import { h } from "./html.js";
import { writeJson } from "./json.js";

const LIMIT = 500;

/** @typedef {{ kind: "csv" | "json", ids: string[] | null, sort: string, filters: import("./router.js").Filter[] }} What */

/**
 * @param {import("./schema.js").Model} model
 * @param {import("./columns.js").Column[]} columns
 * @param {What} what
 */
export async function exportRecords(model, columns, what) {
  const note = toast(`Exporting ${model.plural.toLowerCase()}…`, { time: 0 });
  try {
    const items = await all(model.name, what, note);
    const text = what.kind === "csv" ? asCsv(columns.map(({ name }) => name), items) : `${writeJson(items, 2)}\n`;
    download(`${model.name}.${what.kind}`, text, what.kind === "csv" ? "text/csv" : "application/json");
    note.close();
    toast(`Exported ${showCount(items.length)} ${model.plural.toLowerCase()}`);
  } catch (error) {
    note.close();
    const { title, remedy } = explain(error);
    toast(`Not exported. ${title}. ${remedy}`, { time: 10_000, kind: "error" });
  }
}

/**
 * @param {string} model
 * @param {What} what
 * @param {import("./components/toast.js").Toast} note
 */
async function all(model, { ids, sort, filters }, note) {
  const wanted = ids === null ? null : new Set(ids);
  /** @type {import("./api.js").Item[]} */
  const items = [];
  /** @type {string | null} */
  let cursor = null;
  let seen = 0;
  let total = 0;
  do {
    /** @type {import("./api.js").Page} */
    const page = await list(model, { limit: LIMIT, sort, filters, cursor, total: cursor === null });
    total ||= page.total;
    seen += page.items.length;
    items.push(...(wanted ? page.items.filter(({ id }) => wanted.has(String(id))) : page.items));
    note.progress(seen / Math.max(1, total));
    cursor = page.next_cursor;
  } while (cursor !== null && !(wanted && items.length >= wanted.size));
  return items;
}

/**
 * Arrays and objects are JSON in their cells, as `hearth import` reads them.
 * @param {string[]} names
 * @param {import("./api.js").Item[]} items
 */
export function asCsv(names, items) {
  const text = (/** @type {unknown} */ value) => (typeof value === "object" && value !== null ? writeJson(value) : value);
  return writeCsv([names, ...items.map((item) => names.map((name) => text(item[name])))]);
}

/**
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { download: name });
  // Not by `h`, which takes no such address.
  link.href = address;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
