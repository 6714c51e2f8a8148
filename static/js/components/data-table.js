/** A table of what the server lists by pages: the head, the rows, and a way to more. On a phone each row is a card. */

import { fill, h } from "../html.js";
import { keepFocus } from "./loaded.js";
import { errorNotice, loading } from "./notice.js";

/**
 * @template T
 * @typedef {{
 *   label: string, columns: string[], empty: string, get: (cursor: string | null) => Promise<{ items: T[], next_cursor?: string | null }>,
 *   row: (item: T, load: () => Promise<void>) => import("../html.js").Child[],
 * }} DataTableOptions
 */

/**
 * `load` begins anew with the first page.
 * @template T
 * @param {DataTableOptions<T>} options
 */
export function dataTable(options) {
  const place = h("div", { class: "data", tabindex: "-1" }, loading("Loading…"));
  const body = h("tbody");
  const foot = h("div", { class: "data-foot" });
  let turn = 0;

  async function load() {
    const mine = (turn += 1);
    try {
      const page = await options.get(null);
      if (mine !== turn) return;
      keepFocus(place, () => {
        fill(body);
        show(page);
        if (page.items.length === 0) fill(place, h("p", { class: "data-empty", role: "status" }, options.empty));
        else fill(place, table(), foot);
      });
    } catch (error) {
      if (mine === turn) fill(place, errorNotice(error, load));
    }
  }

  /** @param {string} cursor */
  async function more(cursor) {
    const mine = turn;
    try {
      const page = await options.get(cursor);
      if (mine === turn) show(page);
    } catch (error) {
      if (mine === turn) fill(foot, errorNotice(error, () => more(cursor)));
    }
  }

  /** @param {{ items: T[], next_cursor?: string | null }} page */
  function show(page) {
    for (const item of page.items)
      body.append(
        h(
          "tr",
          null,
          options.row(item, load).map((cell, at) => h("td", { "data-label": options.columns[at] }, cell)),
        ),
      );
    const next = page.next_cursor;
    fill(foot, next && h("button", { type: "button", class: "button", on: { click: () => more(next) } }, "Show more"));
  }

  function table() {
    return h(
      "table",
      { class: "data-table", "aria-label": options.label },
      h("thead", null, h("tr", null, options.columns.map((name) => h("th", { scope: "col" }, name)))),
      body,
    );
  }

  void load();
  return { element: place, load };
}
