/**
 * JSON that keeps whole numbers beyond 2^53, which Hearth's integers may be: they become BigInt, and are written as
 * they were read. Where a browser does not tell a number's source text, they are numbers as everywhere.
 */

const LONG_NUMBER = /\d{16}/;
const WHOLE = /^-?\d+$/;

/** `JSON.rawJSON` is not in every browser yet. @type {{ rawJSON?: (text: string) => unknown }} */
const raw = /** @type {any} */ (JSON);

/**
 * @param {string} text
 * @returns {any}
 */
export function parseJson(text) {
  // Only long digits can lose anything, and a reviver makes parsing slower.
  return LONG_NUMBER.test(text) ? JSON.parse(text, /** @type {any} */ (keepWhole)) : JSON.parse(text);
}

/**
 * @param {unknown} value
 * @param {number} [indent]
 * @returns {string}
 */
export function writeJson(value, indent) {
  return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? number(inner) : inner), indent);
}

/**
 * @param {string} _
 * @param {unknown} value
 * @param {{ source?: string }} [context]
 */
function keepWhole(_, value, context) {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && WHOLE.test(source) ? BigInt(source) : value;
}

/** @param {bigint} value */
function number(value) {
  return raw.rawJSON ? raw.rawJSON(value.toString()) : Number(value);
}
