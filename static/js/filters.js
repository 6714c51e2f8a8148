/** Filters by what fields equal: which fields have them, what a typed one means, and what to offer while it is typed. Pure. */

import { valueOf } from "./form-values.js";
import { bestFits } from "./fuzzy.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./router.js").Filter} Filter */
/** @typedef {{ value: string, label: string, note: string }} Suggestion `value` is what the line then has; a whole filter has its sign in it */

const SIGN = /^\s*([^\s:=]+)\s*[:=]\s*(.*)$/;
/** So many values of a field are offered. */
const VALUES = 8;

/** @param {Field[]} fields */
export function filterable(fields) {
  return fields.filter((field) => field.inItem && !field.writeOnly && field.type !== "array" && field.type !== "object");
}

/**
 * @param {string} text `status: open`
 * @param {Field[]} fields
 * @returns {{ filter: Filter } | { fault: string }}
 */
export function parseFilter(text, fields) {
  const [, name = "", value = ""] = SIGN.exec(text) ?? [];
  const field = fields.find((one) => one.name === name) ?? fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (name === "") return { fault: `Type a field and its value, like ${example(fields)}` };
  if (field === undefined) return { fault: `There is no field “${name}” to filter by` };
  if (value.trim() === "") return { fault: `Type the value of ${field.name} after the colon` };
  const meant = value.trim();
  const further = / ([^\s:=]+)\s*[:=]/.exec(meant)?.[1];
  if (field.options && !field.options.includes(meant) && fields.some((one) => one.name === further))
    return { fault: `One filter at a time: press Enter before ${further}` };
  if (field.options && !field.options.includes(meant)) return { fault: `${field.name} is one of ${field.options.join(", ")}` };
  if (field.type === "boolean" && meant !== "true" && meant !== "false") return { fault: `${field.name} is true or false` };
  if (field.type === "integer" || field.type === "number") {
    const result = valueOf(field, meant);
    if ("fault" in result) return { fault: `${field.name}: ${result.fault}` };
  }
  return { filter: [field.name, meant] };
}

/** A filter of this model, to show how one is typed. @param {Field[]} fields */
export function example(fields) {
  const field = fields.find((one) => one.options) ?? fields.find((one) => one.name !== "id" && one.type === "string") ?? fields[0];
  const value = field?.options?.[0] ?? (field?.type === "boolean" ? "true" : field?.type === "string" ? "open" : "42");
  return `${field?.name ?? "name"}: ${value}`;
}

/**
 * What was typed, or the whole filter that alone fits it.
 * @param {string} text
 * @param {Field[]} fields
 * @param {import("./api.js").Item[]} items
 */
export function completed(text, fields, items) {
  const [only, ...others] = SIGN.test(text) ? [] : suggestFilters(text, fields, items);
  return only && others.length === 0 && !only.value.endsWith(": ") ? only.value : text;
}

/**
 * @param {string} text
 * @param {Field[]} fields that can be filtered by
 * @param {import("./api.js").Item[]} items whose values are worth offering
 * @returns {Suggestion[]}
 */
export function suggestFilters(text, fields, items) {
  const [, name, value = ""] = SIGN.exec(text) ?? [];
  const field = name === undefined ? undefined : fields.find((one) => one.name === name);
  if (field) {
    const values = valuesOf(field, items);
    const fits = value === "" ? values.slice(0, VALUES) : bestFits(values, value, (one) => one, VALUES);
    return fits.map((one) => ({ value: `${field.name}: ${one}`, label: one, note: field.name }));
  }
  const named = bestFits(fields, text, (one) => one.name, 30).map((one) => ({
    value: `${one.name}: `,
    label: one.name,
    note: one.options ? one.options.join(" · ").slice(0, 40) : one.references ? `id in ${one.references}` : (one.format ?? one.type),
  }));
  if (text.trim() === "") return named;
  const whole = fields.flatMap((one) => valuesOf(one, one.options ? [] : items).map((value) => ({ name: one.name, value })));
  const fits = bestFits(whole, text, (one) => one.value, VALUES);
  return [...named, ...fits.map((one) => ({ value: `${one.name}: ${one.value}`, label: one.value, note: one.name }))];
}

/**
 * The values that a field may have, or has in these records.
 * @param {Field} field
 * @param {import("./api.js").Item[]} items
 */
function valuesOf(field, items) {
  if (field.options) return field.options;
  if (field.type === "boolean") return ["true", "false"];
  const found = new Set();
  for (const item of items) {
    const value = item[field.name];
    if (value !== null && value !== undefined && String(value).length <= 80 && String(value).trim() !== "") found.add(String(value));
  }
  return /** @type {string[]} */ ([...found]);
}

/**
 * @param {Filter[]} filters
 * @param {Filter} added
 * @returns {Filter[]}
 */
export function withFilter(filters, added) {
  return [...filters.filter(([name, value]) => name !== added[0] || value !== added[1]), added];
}
