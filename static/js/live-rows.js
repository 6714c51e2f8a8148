/** What a change of a record means for a list of them: whether it stays where it is, and where one reads on. Pure. */

import { writeJson } from "./json.js";

/** @typedef {import("./api.js").Item} Item */
/** @typedef {{ sort: string, filters: import("./router.js").Filter[] }} Order */
/** @typedef {{ get: (at: number) => Item | undefined, placeOf: (id: string) => number }} Places */

/** These never change, so that what is not in sight stays out of it. */
const FIXED = ["id", "created_at"];

/**
 * @param {Item | undefined} one
 * @param {Item | undefined} other
 */
export function isSame(one, other) {
  return one === other || (one !== undefined && other !== undefined && writeJson(one) === writeJson(other));
}

/**
 * Whether a newer version of a record may belong elsewhere in the list, or nowhere; only the server knows where.
 * @param {Item} before
 * @param {Item} now
 * @param {Order} order
 */
export function mayMove(before, now, { sort, filters }) {
  const names = [sort.replace(/^-/, ""), ...filters.map(([name]) => name)];
  return names.some((name) => writeJson(before[name] ?? null) !== writeJson(now[name] ?? null));
}

/**
 * Whether a change of a record that is not here may bring it here.
 * @param {Order} order
 */
export function mayAppear({ sort, filters }) {
  return filters.length > 0 || !FIXED.includes(sort.replace(/^-/, ""));
}

/**
 * Where to scroll to in a newer list, so that what is read stays where it is; at the very top one stays there.
 * @param {Places} before
 * @param {Places} now
 * @param {{ top: number, height: number, count: number }} view pixels, and how many rows are in sight
 * @returns {{ top: number, moved: number }} `moved`: by so many rows, which are new above
 */
export function anchored(before, now, { top, height, count }) {
  if (top < height / 2) return { top, moved: 0 };
  const first = Math.floor(top / height);
  for (let at = first; at < first + count; at += 1) {
    const item = before.get(at);
    const place = item === undefined ? -1 : now.placeOf(String(item.id));
    if (place >= 0) return { top: Math.max(0, top + (place - at) * height), moved: place - at };
  }
  return { top, moved: 0 };
}
