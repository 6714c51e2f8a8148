/** How values look in a table: short, and by their type. Pure. */

import { isWebAddress } from "./html.js";
import { writeJson } from "./json.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {"null" | "text" | "number" | "true" | "false" | "choice" | "json" | "moment" | "code" | "link" | "record"} Look */
/** @typedef {{ look: Look, text: string, title: string }} Shown */

/** No cell shows more characters than this. */
const LENGTH = 120;
const TITLE_LENGTH = 600;

const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const numbers = new Intl.NumberFormat();

/**
 * @param {Pick<Field, "type" | "format" | "options" | "references">} field
 * @param {unknown} value
 * @returns {Shown}
 */
export function show(field, value) {
  if (value === null || value === undefined) return { look: "null", text: "null", title: "" };
  if (typeof value === "boolean") return { look: value ? "true" : "false", text: String(value), title: "" };
  if (typeof value === "object") return shorten("json", writeJson(value));
  const text = String(value);
  if (field.references) return shorten("record", text);
  if (field.format === "date-time") return showMoment(text);
  if (typeof value === "number" || typeof value === "bigint") return { look: "number", text, title: "" };
  if (field.options) return shorten("choice", text);
  if (field.format === "uri" && isWebAddress(text)) return shorten("link", text);
  return shorten(field.format === "uuid" ? "code" : "text", text);
}

/**
 * In local time, with the stored UTC as the title.
 * @param {string} text
 * @returns {Shown}
 */
export function showMoment(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return shorten("text", text);
  return { look: "moment", text: moments.format(date), title: `${text.replace("T", " ").replace(/Z$/, "")} UTC` };
}

/** @param {number} count */
export function showCount(count) {
  return numbers.format(count);
}

/**
 * @param {Look} look
 * @param {string} text
 * @returns {Shown}
 */
function shorten(look, text) {
  const line = text.replace(/\s+/g, " ");
  if (line.length <= LENGTH) return { look, text: line, title: line.length > 30 ? text : "" };
  return { look, text: `${cut(line, LENGTH - 1)}…`, title: text.length > TITLE_LENGTH ? `${cut(text, TITLE_LENGTH)}…` : text };
}

/** Cuts between characters, not within one. @param {string} text @param {number} length */
function cut(text, length) {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}
