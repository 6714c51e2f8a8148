/** What the audit is asked, and how its entries are told. Pure. */

import { deviceOf } from "../account/device.js";
import { writeJson } from "../json.js";

const HOUR = 3_600_000;

/** How far back, in hours; without a number, all there is. @type {{ name: string, text: string, hours: number | null }[]} */
export const PERIODS = [
  { name: "", text: "Any time", hours: null },
  { name: "hour", text: "Last hour", hours: 1 },
  { name: "day", text: "Last 24 hours", hours: 24 },
  { name: "week", text: "Last 7 days", hours: 24 * 7 },
  { name: "month", text: "Last 30 days", hours: 24 * 30 },
];

/**
 * @param {{ user: string, action: string, period: string }} filter
 * @param {string | null} cursor
 * @param {number} now
 */
export function auditQuery(filter, cursor, now) {
  const query = new URLSearchParams({ limit: "50" });
  if (filter.user.trim() !== "") query.set("user", filter.user.trim());
  if (filter.action.trim() !== "") query.set("action", filter.action.trim());
  const hours = PERIODS.find(({ name }) => name === filter.period)?.hours ?? null;
  if (hours !== null) query.set("since", new Date(now - hours * HOUR).toISOString());
  if (cursor) query.set("cursor", cursor);
  return query.toString();
}

/** @param {string} action `second_factor_added` */
export function spokenAction(action) {
  const text = action.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** In a line: `by: password, device: Firefox on Linux`. @param {{ [name: string]: unknown }} detail */
export function detailOf(detail) {
  return Object.entries(detail)
    .map(([name, value]) => (name === "user_agent" ? ["device", deviceOf(String(value))] : [name, value]))
    .map(([name, value]) => `${String(name).replaceAll("_", " ")}: ${typeof value === "string" ? value : writeJson(value)}`)
    .join(", ");
}
