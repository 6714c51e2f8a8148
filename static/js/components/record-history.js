/** A record's history in its drawer, read from the log of changes when it is opened. */

import { ask } from "../api.js";
import { show, showMoment } from "../format.js";
import { entriesOf, reachOf } from "../history.js";
import { fill, h } from "../html.js";
import { errorNotice, loading } from "./notice.js";

/** @typedef {import("../history.js").Entry} Entry */
/** @typedef {import("../schema.js").Model} Model */

/** Of one call, and of all: who has more of them wants a program. */
const PAGE = 500;
const MOST = 2_000;
/** Calls, since one may end before the log does. */
const CALLS = 20;

const WORDS = { insert: "Created", update: "Changed", delete: "Deleted", leave: "No longer shown to you" };

/**
 * @param {Model} model
 * @param {string} record
 */
export function recordHistory(model, record) {
  const place = h("div", { class: "history-body" });
  const details = h("details", { class: "history" }, h("summary", null, "History"), place);
  details.addEventListener("toggle", () => details.open && void load());

  async function load() {
    if (place.childElementCount === 0) fill(place, loading("Loading…"));
    try {
      const { changes, isWhole } = await changesOf(model.name, record);
      const reach = reachOf(changes, isWhole, (at) => showMoment(at).text);
      fill(place, h("p", { class: "history-reach" }, reach), h("ol", { class: "history-list" }, entriesOf(changes).map((entry) => entryOf(model, entry))));
    } catch (error) {
      fill(place, errorNotice(error, load));
    }
  }
  return details;
}

/**
 * @param {string} model
 * @param {string} key
 */
async function changesOf(model, key) {
  /** @type {import("../history.js").Change[]} */
  const changes = [];
  let after = null;
  for (let count = 0; count < CALLS && changes.length < MOST; count += 1) {
    const query = new URLSearchParams({ model, key, limit: String(PAGE) });
    if (after !== null) query.set("after", String(after));
    const page = await ask("GET", `/api/changes?${query}`);
    changes.push(...page.items);
    after = page.next;
    if (page.next >= page.seq) return { changes, isWhole: true };
  }
  return { changes, isWhole: false };
}

/** @param {Model} model @param {Entry} entry */
function entryOf(model, { at, op, steps }) {
  const { text, title } = showMoment(at);
  return h(
    "li",
    { class: `history-entry ${op}` },
    h("p", { class: "history-head" }, h("span", null, WORDS[op]), h("time", { datetime: at, title }, text)),
    steps === null && h("p", { class: "history-reach" }, "What it was before is forgotten."),
    steps !== null && op === "update" && steps.length === 0 && h("p", { class: "history-reach" }, "Saved without a change."),
    steps !== null &&
      steps.length > 0 &&
      h(
        "dl",
        { class: "history-steps" },
        steps.map(({ name, before, after }) => h("div", null, h("dt", null, name), h("dd", null, valueOf(model, name, before), arrow(), valueOf(model, name, after)))),
      ),
  );
}

function arrow() {
  return h("span", { class: "history-arrow" }, h("span", { "aria-hidden": "true" }, "→"), h("span", { class: "unseen" }, " then "));
}

/** @param {Model} model @param {string} name @param {unknown} value */
function valueOf(model, name, value) {
  const field = model.fields.find((one) => one.name === name) ?? { type: "string" };
  const { look, text, title } = show(/** @type {import("../schema.js").Field} */ (field), value);
  return h("span", { class: `value ${look}`, title }, look === "null" ? "empty" : text);
}
