/** A record of another model, found by a few letters of its text or by its id. */

import { get, list } from "../api.js";
import { bestFits } from "../fuzzy.js";
import { fill, h } from "../html.js";
import { recordsHref } from "../router.js";
import { combobox } from "./combobox.js";

/** @typedef {import("../api.js").Item} Item */

/** So many of the newest records are searched by their text; others by their whole text or their id. */
const SEARCHED = 200;
const OFFERED = 12;
const ID = /^(\d+|[0-9a-f]{8}-[0-9a-f-]{27})$/i;

/**
 * @param {string} model
 * @returns {import("./control.js").Bare}
 */
export function referenceControl(model) {
  const control = h("input", { type: "text", class: "short", placeholder: "Search, or type an id" });
  const shown = h("p", { class: "reference-shown" });
  /** @type {Promise<Item[]> | null} */
  let newest = null;
  const { list: suggestions } = combobox(control, "Matches", {
    empty: "No record fits",
    async suggest(text) {
      newest ??= list(model, { limit: SEARCHED, sort: "-id" }).then(
        ({ items }) => items,
        () => [],
      );
      const items = await newest;
      const fits = bestFits(items, text, (item) => `${labelOf(item)} ${item.id}`, OFFERED);
      const found = fits.length > 0 ? fits : await exactly(model, text.trim(), items[0]);
      return found.map((item) => ({ value: String(item.id), label: labelOf(item) || String(item.id), note: short(String(item.id)) }));
    },
    choose({ value, label }) {
      control.value = value;
      tell(label);
      control.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });

  /** @param {string} label */
  function tell(label) {
    const id = control.value.trim();
    fill(shown, id !== "" && label !== "" && ["→ ", h("a", { href: recordsHref(model, id) }, label)]);
  }
  async function look() {
    const id = control.value.trim();
    tell("");
    if (!ID.test(id)) return;
    try {
      const { item } = await get(model, id);
      if (control.value.trim() === id) tell(labelOf(item) || `${model} ${short(id)}`);
    } catch {
      // What may not be read is judged when it is saved.
    }
  }
  control.addEventListener("blur", () => void look());
  return {
    control,
    holder: h("div", { class: "reference-control" }, control, suggestions, shown),
    read: () => control.value,
    write: (text) => {
      control.value = text;
      void look();
    },
  };
}

/**
 * A record whose id, or whose whole text, this is.
 * @param {string} model
 * @param {string} text
 * @param {Item | undefined} like
 * @returns {Promise<Item[]>}
 */
async function exactly(model, text, like) {
  if (text === "") return [];
  try {
    if (ID.test(text)) return [(await get(model, text)).item];
    const name = like && labelName(like);
    return name ? (await list(model, { limit: OFFERED, sort: "-id", filters: [[name, text]] })).items : [];
  } catch {
    return [];
  }
}

/** The field of a record that has its first short text. @param {Item} item */
function labelName(item) {
  const texts = Object.entries(item).filter(([name, value]) => !/(^|_)id$|_at$/.test(name) && typeof value === "string" && value !== "");
  return texts[0]?.[0];
}

/** The first short text of a record, to know it by. @param {Item} item */
export function labelOf(item) {
  const name = labelName(item);
  return name === undefined ? "" : String(item[name]).slice(0, 80);
}

/** @param {string} id */
function short(id) {
  return id.length > 12 ? `…${id.slice(-8)}` : id;
}
