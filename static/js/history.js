/** What has happened to one record, out of its changes: what each one changed, from what to what. Pure. */

import { writeJson } from "./json.js";

/** @typedef {import("./api.js").Item} Item */
/** @typedef {{ seq: number, at: string, op: "insert" | "update" | "delete" | "leave", item?: Item }} Change */
/** @typedef {{ name: string, before: unknown, after: unknown }} Step */
/** @typedef {{ at: string, op: Change["op"], steps: Step[] | null }} Entry `steps` null: what was before is not known any more */

/** Hearth's own, of which nobody needs to be told. */
const OWN = ["id", "updated_at", "created_at"];

/**
 * The newest first.
 * @param {Change[]} changes the oldest first, as the log has them
 * @returns {Entry[]}
 */
export function entriesOf(changes) {
  /** @type {Item | null} */
  let before = null;
  const entries = changes.map((change) => {
    const { at, op, item = null } = change;
    const known = op === "insert" || before !== null;
    const steps = op === "update" && item !== null ? (before === null ? null : stepsOf(before, item)) : known ? [] : null;
    before = item;
    return { at, op, steps };
  });
  return entries.reverse();
}

/**
 * @param {Item} before
 * @param {Item} after
 * @returns {Step[]}
 */
function stepsOf(before, after) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !OWN.includes(name) && writeJson(before[name] ?? null) !== writeJson(after[name] ?? null))
    .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }));
}

/**
 * How far back it goes, in words.
 * @param {Change[]} changes
 * @param {boolean} isWhole whether no newer ones were left out
 * @param {(at: string) => string} timeOf
 */
export function reachOf(changes, isWhole, timeOf) {
  const [first] = changes;
  if (first === undefined) return "Nothing of it is kept any more: the log of changes is trimmed after a while.";
  if (!isWhole) return `These are the first ${changes.length} that are kept; the newest are left out.`;
  return first.op === "insert" ? "From its beginning." : `Changes are kept since ${timeOf(first.at)}; what was before is forgotten.`;
}
