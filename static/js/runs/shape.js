/**
 * The fields of a form from the schema of an input or of an answer: JSON Schema, or the words of `config.toml` that
 * workers use. Pure.
 */

import { fieldOf } from "../schema.js";

/** @typedef {import("../schema.js").Field} Field */
/** @typedef {{ [key: string]: any }} Schema */
/** @typedef {{ fields: Field[], single: boolean }} Shape `single`: the one field is the whole value */

/** Words that differ between the two. */
const WORDS = Object.entries({
  min_length: "minLength",
  max_length: "maxLength",
  exclusive_minimum: "exclusiveMinimum",
  exclusive_maximum: "exclusiveMaximum",
  multiple_of: "multipleOf",
  min_items: "minItems",
  max_items: "maxItems",
  unique_items: "uniqueItems",
});

/**
 * @param {Schema | null | undefined} schema
 * @param {string} name of the field, where the value is no object with members
 * @returns {Shape}
 */
export function shapeOf(schema, name) {
  const whole = toJsonSchema(schema ?? { type: "object" });
  const properties = whole["properties"];
  if ([whole["type"]].flat().includes("object") && properties && Object.keys(properties).length > 0) {
    const required = whole["required"] ?? [];
    const fields = Object.entries(properties).map(([key, one]) => asField(key, one, required.includes(key)));
    return { fields: fields.filter((field) => !field.readOnly), single: false };
  }
  return { fields: [asField(name, whole, true)], single: true };
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @param {boolean} required
 * @returns {Field}
 */
function asField(name, schema, required) {
  const field = fieldOf(name, schema);
  // An object of which nothing is known begins as one, so that there is something to type into.
  const initial = field.initial === undefined && field.type === "object" && required ? {} : field.initial;
  return { ...field, initial, required, inCreate: true, inUpdate: true, inItem: true };
}

/** @param {Schema} schema @returns {Schema} */
export function toJsonSchema(schema) {
  if (typeof schema !== "object" || schema === null) return typeof schema === "string" ? { type: schema } : {};
  /** @type {Schema} */
  const made = { ...schema };
  for (const [word, other] of WORDS) {
    if (!(word in made)) continue;
    made[other] = made[word];
    delete made[word];
  }
  if (made["items"] !== undefined) made["items"] = toJsonSchema(made["items"]);
  const { properties } = made;
  if (properties && !Array.isArray(made["required"])) {
    // There, each member says by itself whether it must be; one that need not may be null.
    made["required"] = Object.keys(properties).filter((key) => properties[key]?.required === true);
    made["properties"] = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, member(one)]));
  }
  if (typeof made["required"] === "boolean") delete made["required"];
  return made;
}

/** @param {any} schema */
function member(schema) {
  const made = toJsonSchema(schema);
  if (schema?.required !== true && typeof made["type"] === "string") made["type"] = [made["type"], "null"];
  return made;
}

/**
 * The texts `name:value` as labels by their names; null when one is none.
 * @param {unknown} texts
 */
export function labelsOf(texts) {
  /** @type {{ [name: string]: string }} */
  const labels = {};
  for (const text of Array.isArray(texts) ? texts : []) {
    const at = String(text).indexOf(":");
    if (at < 1) return null;
    labels[String(text).slice(0, at).trim()] = String(text).slice(at + 1).trim();
  }
  return labels;
}
