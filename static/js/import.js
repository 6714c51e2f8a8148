/** Records out of a file: read, mapped to fields, and made into bodies. Pure. */

import { parseCsv } from "./csv.js";
import { valueOf } from "./form-values.js";
import { parseJson } from "./json.js";
import { OWN_FIELDS } from "./schema.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {{ names: string[], rows: unknown[][], isText: boolean }} Sheet `isText`: all values are texts, as in CSV */
/** @typedef {(string | null)[]} Mapping the field of each column; null leaves it out */
/** @typedef {{ row: number, reasons: string[] }} Refused the row's place in the file, from 1 */

/**
 * @param {string} name of the file
 * @param {string} text
 * @returns {Sheet} throws a sentence where it can't be read
 */
export function readSheet(name, text) {
  const start = text.trimStart()[0];
  if (start === "[" || (start === "{" && /\.json$/i.test(name) && !isLines(text))) return sheetOf(fromJson(text));
  if (start === "{") return sheetOf(fromLines(text));
  const [names = [], ...rows] = parseCsv(text);
  if (names.length === 0) throw new Error("The file is empty");
  return { names: names.map((one) => one.trim()), rows, isText: true };
}

/** @param {string} text */
function isLines(text) {
  try {
    parseJson(text.trim().split("\n", 1)[0] ?? "");
    return text.trim().includes("\n");
  } catch {
    return false;
  }
}

/** @param {string} text */
function fromJson(text) {
  let read;
  try {
    read = parseJson(text);
  } catch (error) {
    throw new Error(`This is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
  const items = Array.isArray(read) ? read : (read?.items ?? [read]);
  if (!Array.isArray(items)) throw new Error("The file has no array of records");
  return items;
}

/** @param {string} text */
function fromLines(text) {
  return text.split("\n").flatMap((line, at) => {
    if (line.trim() === "") return [];
    try {
      return [parseJson(line)];
    } catch {
      throw new Error(`Line ${at + 1} is not valid JSON`);
    }
  });
}

/**
 * @param {any[]} items
 * @returns {Sheet}
 */
function sheetOf(items) {
  const names = new Set();
  items.forEach((item, at) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) throw new Error(`Record ${at + 1} is not an object`);
    for (const name of Object.keys(item)) names.add(name);
  });
  if (items.length === 0) throw new Error("The file has no records");
  const all = /** @type {string[]} */ ([...names]);
  return { names: all, rows: items.map((item) => all.map((name) => item[name])), isText: false };
}

/**
 * The field that a column is likely meant for.
 * @param {string[]} names
 * @param {Field[]} fields that may be sent
 * @returns {Mapping}
 */
export function guessMapping(names, fields) {
  const plain = (/** @type {string} */ name) => name.toLowerCase().replace(/[\s_-]/g, "");
  const taken = new Set();
  return names.map((name) => {
    if (OWN_FIELDS.includes(name)) return null;
    const found = fields.find((field) => field.name === name) ?? fields.find((field) => plain(field.name) === plain(name));
    if (found === undefined || taken.has(found.name)) return null;
    taken.add(found.name);
    return found.name;
  });
}

/**
 * @param {Sheet} sheet
 * @param {Mapping} mapping
 * @param {Field[]} fields
 * @returns {{ bodies: { row: number, body: { [field: string]: unknown } }[], refused: Refused[] }}
 */
export function bodiesOf(sheet, mapping, fields) {
  /** @type {{ row: number, body: { [field: string]: unknown } }[]} */
  const bodies = [];
  /** @type {Refused[]} */
  const refused = [];
  const chosen = mapping.map((name) => fields.find((field) => field.name === name));
  sheet.rows.forEach((values, at) => {
    /** @type {{ [field: string]: unknown }} */
    const body = {};
    /** @type {string[]} */
    const reasons = [];
    chosen.forEach((field, column) => {
      const value = values[column];
      if (field === undefined || value === undefined) return;
      const result = sheet.isText ? fromText(field, String(value)) : { value };
      if (result === null) return;
      if ("fault" in result) reasons.push(`${field.name}: ${result.fault}`);
      else body[field.name] = result.value;
    });
    if (reasons.length > 0) refused.push({ row: at + 1, reasons });
    else bodies.push({ row: at + 1, body });
  });
  return { bodies, refused };
}

/**
 * An empty cell says nothing, so that the default holds.
 * @param {Field} field
 * @param {string} text
 * @returns {{ value: unknown } | { fault: string } | null}
 */
function fromText(field, text) {
  if (text === "") return null;
  if (field.type === "boolean") {
    const word = text.trim().toLowerCase();
    if (["true", "yes", "1"].includes(word)) return { value: true };
    return ["false", "no", "0"].includes(word) ? { value: false } : { fault: "This needs true or false" };
  }
  // The form's local time is not what a file means.
  if (field.format === "date-time") return { value: text.trim() };
  if (field.type === "array" && !text.trim().startsWith("[")) return { fault: 'This needs a JSON array, like ["a", "b"]' };
  return valueOf(field, text);
}

/**
 * Which records of a batch an error is about, with the reasons; null when it is about none in particular.
 * @param {import("./http.js").FieldError[]} errors
 * @returns {Map<number, string[]> | null}
 */
export function faultsByRecord(errors) {
  /** @type {Map<number, string[]>} */
  const found = new Map();
  for (const { loc, msg } of errors) {
    const [, at, ...path] = loc;
    if (typeof at !== "number") return null;
    const text = path.length > 0 ? `${path.join(".")}: ${msg}` : msg;
    found.set(at, [...(found.get(at) ?? []), text]);
  }
  return found.size > 0 ? found : null;
}
