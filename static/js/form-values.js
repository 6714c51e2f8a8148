/**
 * Between a record's values and the texts of a form's controls. Pure. A form sends only what was changed in it: what is
 * left alone on create gets the server's default, and on edit keeps what others wrote meanwhile.
 */

import { parseJson, writeJson } from "./json.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {{ [field: string]: string }} Texts */
/**
 * @typedef {"line" | "lines" | "secret" | "email" | "url" | "integer" | "number" | "checkbox" | "choice" | "json"
 *   | "moment" | "date" | "time"} Control
 */

/** Texts that may be longer than this get room for lines. */
const LINE = 200;

/**
 * @param {Field} field
 * @returns {Control}
 */
export function controlOf(field) {
  switch (field.type) {
    case "boolean":
      return field.nullable ? "choice" : "checkbox";
    case "integer":
    case "number":
      return field.type;
    case "array":
    case "object":
      return "json";
    default:
      return textControl(field);
  }
}

/**
 * @param {Field} field
 * @returns {Control}
 */
function textControl(field) {
  if (field.options) return "choice";
  if (field.writeOnly) return "secret";
  if (field.references) return "line";
  switch (field.format) {
    case "date-time":
      return "moment";
    case "date":
    case "email":
      return field.format;
    case "time":
    case "time-local":
      return "time";
    case "uri":
      return "url";
    case null:
      return field.maxLength === null || field.maxLength > LINE ? "lines" : "line";
    default:
      return "line";
  }
}

/**
 * What stands in the control for a stored value.
 * @param {Field} field
 * @param {unknown} value
 * @returns {string}
 */
export function textOf(field, value) {
  if (value === null || value === undefined) return controlOf(field) === "checkbox" ? "false" : "";
  switch (controlOf(field)) {
    case "json":
      return writeJson(value, 2);
    case "moment":
      return localMoment(String(value));
    default:
      return String(value);
  }
}

/**
 * What stands in a new record's control. Defaults that the server works out for each record are left to it.
 * @param {Field} field
 */
export function initialText(field) {
  const computed = (field.initial === "now()" || field.initial === "uuid()") && field.format !== null;
  return textOf(field, computed ? undefined : field.initial);
}

/**
 * The value for a control's text, or what is wrong with it.
 * @param {Field} field
 * @param {string} text
 * @returns {{ value: unknown } | { fault: string }}
 */
export function valueOf(field, text) {
  const control = controlOf(field);
  if (text.trim() === "" && (field.nullable || field.type !== "string" || field.options || field.format)) {
    return field.nullable ? { value: null } : { fault: "This can't be empty" };
  }
  switch (control) {
    case "checkbox":
      return { value: text === "true" };
    case "choice":
      return { value: field.type === "boolean" ? text === "true" : text };
    case "integer":
      return integer(text.trim());
    case "number":
      return number(text.trim());
    case "json":
      return json(field, text);
    case "moment":
      return moment(text);
    default:
      return { value: field.references || field.format ? text.trim() : text };
  }
}

/**
 * The fields whose text is not the initial one, as a body.
 * @param {Field[]} fields
 * @param {Texts} initial
 * @param {Texts} texts
 * @param {boolean} creating
 * @returns {{ body: { [field: string]: unknown }, faults: Map<string, string> }}
 */
export function changesOf(fields, initial, texts, creating) {
  /** @type {{ [field: string]: unknown }} */
  const body = {};
  /** @type {Map<string, string>} */
  const faults = new Map();
  for (const field of fields) {
    const text = texts[field.name] ?? "";
    // A checkbox that is left alone says no, where nothing else would say anything.
    const meant = creating && field.required && controlOf(field) === "checkbox";
    if (text === (initial[field.name] ?? "") && !meant) continue;
    const result = valueOf(field, text);
    if ("fault" in result) faults.set(field.name, result.fault);
    else body[field.name] = result.value;
  }
  return { body, faults };
}

/** @param {string} text */
function integer(text) {
  if (!/^[+-]?\d+$/.test(text)) return { fault: "This needs a whole number, like 42" };
  const value = Number(text);
  return { value: Number.isSafeInteger(value) ? value : BigInt(text) };
}

/** @param {string} text */
function number(text) {
  const value = Number(text);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(value)) {
    return { fault: "This needs a number, like 3.14" };
  }
  return { value };
}

/**
 * @param {Field} field
 * @param {string} text
 */
function json(field, text) {
  let value;
  try {
    value = parseJson(text);
  } catch (error) {
    return { fault: `This is not valid JSON: ${error instanceof Error ? error.message : error}` };
  }
  if (value === null && field.nullable) return { value };
  if (field.type === "array" && !Array.isArray(value)) return { fault: 'This needs a JSON array, like ["a", "b"]' };
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (field.type === "object" && !isObject) return { fault: 'This needs a JSON object, like {"a": 1}' };
  return { value };
}

/** @param {string} text local time */
function moment(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? { fault: "This needs a date and a time" } : { value: date.toISOString() };
}

/** @param {string} stored in UTC */
function localMoment(stored) {
  const date = new Date(stored);
  if (Number.isNaN(date.getTime())) return "";
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const seconds = date.getSeconds() || date.getMilliseconds() ? `:${two(date.getSeconds())}` : "";
  const thousandths = date.getMilliseconds() ? `.${String(date.getMilliseconds()).padStart(3, "0")}` : "";
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}${seconds}${thousandths}`;
}
