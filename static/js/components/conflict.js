/** Two have changed one record: both versions side by side, and both ways out. */

import { textOf } from "../form-values.js";
import { h } from "../html.js";
import { notice } from "./notice.js";

/** @typedef {import("../schema.js").Field} Field */
/** @typedef {import("../api.js").Item} Item */
/** @typedef {{ name: string, theirs: string, mine: string, isTheirs: boolean, isMine: boolean }} Version of one field */

/**
 * The fields that either of the two changed.
 * @param {Field[]} fields
 * @param {Item} now what is stored
 * @param {Item | null} base what the form began with
 * @param {{ [field: string]: unknown }} body what is to be saved
 * @returns {Version[]}
 */
export function versions(fields, now, base, body) {
  return fields
    .filter((field) => !field.writeOnly)
    .map((field) => {
      const theirs = textOf(field, now[field.name]);
      const before = textOf(field, base?.[field.name]);
      const isMine = field.name in body;
      return {
        name: field.name,
        theirs,
        // What I left alone is theirs in the end.
        mine: isMine ? textOf(field, body[field.name]) : theirs,
        isTheirs: theirs !== before,
        isMine,
      };
    })
    .filter(({ isTheirs, isMine }) => isTheirs || isMine);
}

/**
 * @param {import("../schema.js").Model} model
 * @param {Version[]} all
 * @param {() => unknown} save
 * @param {() => unknown} reload
 */
export function conflictNotice(model, all, save, reload) {
  const theirs = all.filter(({ isTheirs }) => isTheirs).map(({ name }) => name);
  const mine = all.filter(({ isMine }) => isMine).map(({ name }) => name);
  const sentences = [
    theirs.length > 0 ? `They changed ${series(theirs)}.` : "",
    mine.length > 0 ? `You can save yours over it: that writes ${series(mine)} and leaves the rest as it is now.` : "",
    "Or reload, and lose what you typed.",
  ];
  const text = sentences.filter((sentence) => sentence !== "").join(" ");
  const element = notice("warning", `Somebody else saved this ${model.title.toLowerCase()} meanwhile`, text, [
    { label: "Save mine over it", main: true, run: save },
    { label: "Reload", run: reload },
  ]);
  element.querySelector(".notice-actions")?.before(table(all));
  return element;
}

/** @param {Version[]} all */
function table(all) {
  return h(
    "div",
    { class: "versions", tabindex: "0", role: "region", "aria-label": "Both versions" },
    h(
      "table",
      null,
      h("thead", null, h("tr", null, ["Field", "Theirs, stored", "Yours"].map((name) => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        null,
        all.map(({ name, theirs, mine, isTheirs, isMine }) =>
          h(
            "tr",
            null,
            h("th", { scope: "row" }, name),
            h("td", { class: isTheirs ? "changed" : null }, value(theirs)),
            h("td", { class: isMine ? "changed" : null }, value(mine)),
          ),
        ),
      ),
    ),
  );
}

/** @param {string} text */
function value(text) {
  return text === "" ? h("span", { class: "value null" }, "empty") : text;
}

/** @param {string[]} names */
function series(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
