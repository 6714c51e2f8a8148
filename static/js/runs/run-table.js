/** The executions of a list as rows, each kept while its run is the same, so that only what changed is made anew. */

import { fill, h } from "../html.js";
import { writeJson } from "../json.js";
import { runsHref } from "./query.js";
import { durationBar, labelChips, longest, stateMark } from "./state-mark.js";
import { isOver, relative } from "./states.js";

/** @typedef {import("./states.js").Run} Run */

/** @param {import("./run-list.js").RunList} list @param {boolean} showsOwner */
export function runTable(list, showsOwner) {
  const columns = ["State", "Task", "Begun", "Duration", ...(showsOwner ? ["Owner"] : [])];
  const body = h("tbody");
  const element = h(
    "table",
    { class: "data-table run-table", "aria-label": "Executions" },
    h("thead", null, h("tr", null, columns.map((name) => h("th", { scope: "col" }, name)))),
    body,
  );
  body.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target === null || target.closest("a") || getSelection()?.isCollapsed === false) return;
    target.closest("tr")?.querySelector("a")?.click();
  });
  /** @type {Map<string, { row: HTMLTableRowElement, look: string }>} */
  let rows = new Map();
  let isFirst = true;

  /** @param {Run} run @param {number} most @param {number} now */
  function cells(run, most, now) {
    const when = run.state === "scheduled" ? run.run_at : (run.started_at ?? run.created_at);
    const parts = [
      stateMark(run.state),
      h(
        "span",
        { class: "run-name" },
        h("a", { href: runsHref(run.id), class: "run-link" }, run.task),
        h("code", { class: "dim", title: run.id }, run.id.slice(-8)),
        labelChips(run.labels),
        run.attempt > 1 && h("span", { class: "chip" }, `attempt ${run.attempt} of ${run.max_attempts}`),
      ),
      h("time", { datetime: when, title: when }, relative(when, now)),
      durationBar(run, { most, now, progress: list.progress.get(run.id) ?? null }),
      ...(showsOwner ? [owner(run.user_id)] : []),
    ];
    return parts.map((part, at) => h("td", { "data-label": columns[at] }, part));
  }

  /** Also to be called as time goes on. */
  function draw() {
    const now = Date.now();
    const most = longest(list.items, now);
    /** @type {typeof rows} */
    const made = new Map();
    for (const run of list.items) {
      const known = rows.get(run.id);
      const progress = list.progress.get(run.id)?.current;
      // What a row shows follows from these; a minute is as fine as old times are told.
      const look = writeJson([run, isOver(run.state) ? Math.floor(now / 30_000) : now, most, progress ?? null]);
      const row = known?.row ?? h("tr", { "data-run": run.id, class: isFirst ? null : "fresh" });
      if (known?.look !== look) {
        const had = row.contains(document.activeElement);
        fill(row, cells(run, most, now));
        if (had) row.querySelector("a")?.focus({ preventScroll: true });
      }
      made.set(run.id, { row, look });
    }
    for (const [id, { row }] of rows) if (!made.has(id)) row.remove();
    let at = 0;
    for (const { row } of made.values()) {
      const there = body.children[at] ?? null;
      if (there !== row) body.insertBefore(row, there);
      at += 1;
    }
    rows = made;
    isFirst = false;
  }
  return { element, draw };
}

/** @param {string | null} id */
function owner(id) {
  if (id === null) return h("span", { class: "dim" }, "nobody");
  return h("code", { class: "dim", title: id }, id.length > 12 ? `…${id.slice(-8)}` : id);
}
