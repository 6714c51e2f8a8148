/** What Hearth says of a record by itself. */

import { h } from "../html.js";
import { momentCell } from "./cell.js";

/** @param {import("../api.js").Item} item */
export function facts(item) {
  /** @type {[string, Node][]} */
  const rows = [
    ["id", h("code", null, String(item.id))],
    ["owner", h("code", null, String(item["user_id"] ?? "nobody"))],
    ["created", momentCell(item["created_at"])],
    ["updated", momentCell(item["updated_at"])],
  ];
  return h(
    "dl",
    { class: "facts" },
    rows.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))),
  );
}
