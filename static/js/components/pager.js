/** Where one is in a table, and the way on and back. */

import { showCount } from "../format.js";
import { h, icon } from "../html.js";

const SIZES = [25, 50, 100, 200];
const KEY = "hearth.page_size";
const DEFAULT_SIZE = 50;

/**
 * @param {{
 *   from: number | null, count: number, total: number, size: number, hasBack: boolean, hasNext: boolean,
 *   back: () => void, next: () => void, resize: (size: number) => void,
 * }} options `from` is null where the place is not known
 */
export function pager(options) {
  const { from, count, total } = options;
  const range =
    from === null
      ? `${showCount(count)} of ${showCount(total)}`
      : `${showCount(from)}–${showCount(from + count - 1)} of ${showCount(total)}`;
  const size = h(
    "select",
    { "aria-label": "Rows of a page", class: "small" },
    SIZES.map((one) => h("option", { value: one, selected: one === options.size }, `${one} rows`)),
  );
  size.addEventListener("change", () => options.resize(Number(size.value)));
  return h(
    "nav",
    { class: "pager", "aria-label": "Pages" },
    h("span", { class: "range", role: "status" }, range),
    size,
    turn("Previous", "back", options.hasBack, options.back),
    turn("Next", "next", options.hasNext, options.next),
  );
}

/**
 * Stays focusable when there is no further page, so that the keyboard's place is not lost.
 * @param {string} label
 * @param {"back" | "next"} sign
 * @param {boolean} isPossible
 * @param {() => void} run
 */
function turn(label, sign, isPossible, run) {
  const attributes = {
    type: "button",
    class: "button",
    "aria-disabled": isPossible ? null : "true",
    "data-turn": sign,
    on: { click: () => isPossible && run() },
  };
  const text = h("span", null, label);
  return sign === "back" ? h("button", attributes, icon(sign), text) : h("button", attributes, text, icon(sign));
}

export function pageSize() {
  try {
    const size = Number(localStorage.getItem(KEY));
    return SIZES.includes(size) ? size : DEFAULT_SIZE;
  } catch {
    return DEFAULT_SIZE;
  }
}

/** @param {number} size */
export function keepPageSize(size) {
  try {
    localStorage.setItem(KEY, String(size));
  } catch {
    // Storage may be forbidden; then every page has the usual size.
  }
}
