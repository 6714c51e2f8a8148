/** What a line of the log is to people: its words, and the question for the server. Pure. */

/**
 * @typedef {{
 *   seq: number, at: string, level: "error" | "warn" | "info" | "debug" | "trace", message: string,
 *   fields: { [name: string]: unknown },
 * }} Line
 */

export const LEVELS = [
  { name: "", text: "All levels" },
  { name: "info", text: "Info and graver" },
  { name: "warn", text: "Warnings and errors" },
  { name: "error", text: "Errors" },
];

/**
 * @param {{ level: string, text: string }} filter
 * @param {number | null} after null for the newest lines
 * @param {number} wait seconds
 */
export function logQuery(filter, after, wait) {
  const query = new URLSearchParams();
  if (filter.level !== "") query.set("level", filter.level);
  if (filter.text.trim() !== "") query.set("q", filter.text.trim());
  if (after !== null) query.set("after", String(after));
  if (after !== null && wait > 0) query.set("wait", String(wait));
  return query.toString();
}

/** One line in words: a request as it is usually written, else the message with what belongs to it. @param {Line} line */
export function wordsOf({ message, fields }) {
  if (message === "request" && typeof fields["path"] === "string")
    return [fields["method"], fields["path"], fields["status"], fields["ms"] === undefined ? null : `${fields["ms"]} ms`]
      .filter((part) => part !== null && part !== undefined)
      .join(" ");
  const rest = Object.entries(fields).filter(([name]) => name !== "request_id");
  return [message, ...rest.map(([name, value]) => `${name}=${textOf(value)}`)].filter((part) => part !== "").join("  ");
}

/** How grave a line looks: a request that failed is no mere information. @param {Line} line */
export function toneOf({ level, message, fields }) {
  const status = message === "request" ? Number(fields["status"]) : 0;
  if (level === "error" || status >= 500) return "error";
  if (level === "warn" || status >= 400) return "warn";
  return level;
}

/** @param {unknown} value */
export function textOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

/** @param {string} at */
export function clockOf(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
