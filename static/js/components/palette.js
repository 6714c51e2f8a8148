/** Ctrl+K: whatever can be gone to or done, found by a few letters. */

import { bestFits } from "../fuzzy.js";
import { h, icon, uniqueId } from "../html.js";
import { go, recordsHref } from "../router.js";
import { combobox } from "./combobox.js";

/** @typedef {{ title: string, note: string, sign: import("../html.js").IconName, run: () => unknown }} Command */

/**
 * @param {Command[]} commands
 * @param {import("../schema.js").Model[]} models of which a record can be named by its id
 */
export function openPalette(commands, models) {
  if (document.querySelector("dialog.palette")) return;
  const input = h("input", { type: "text", "aria-label": "Search for a page or a command", placeholder: "Go to, or do…" });
  const titleId = uniqueId();
  const dialog = h("dialog", { class: "palette", "aria-labelledby": titleId }, h("h2", { id: titleId, class: "unseen" }, "Commands"));
  /** @type {Command[]} */
  let offered = [];
  const { list, open } = combobox(input, "Commands", {
    first: true,
    empty: "Nothing fits",
    suggest(text) {
      offered = [...recordsNamed(text, models), ...bestFits(commands, text, ({ title, note }) => `${title} ${note}`, 40)];
      return offered.map(({ title, note, sign }, at) => ({ value: String(at), label: title, note, sign: icon(sign) }));
    },
    choose({ value }) {
      dialog.close();
      void offered[Number(value)]?.run();
    },
  });
  dialog.append(
    h("div", { class: "palette-line" }, icon("search"), input),
    list,
    h("p", { class: "palette-foot" }, h("kbd", null, "↑↓"), " choose ", h("kbd", null, "Enter"), " go ", h("kbd", null, "Esc"), " close"),
  );
  dialog.addEventListener("mousedown", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  void open();
}

/**
 * "tasks 17" is a record.
 * @param {string} text
 * @param {import("../schema.js").Model[]} models
 * @returns {Command[]}
 */
export function recordsNamed(text, models) {
  const [, word = "", id = ""] = /^(\S+)\s+(\d+|[0-9a-f-]{36})$/i.exec(text.trim()) ?? [];
  if (id === "") return [];
  return models
    .filter(({ name, title }) => name.startsWith(word.toLowerCase()) || title.toLowerCase().startsWith(word.toLowerCase()))
    .map(({ name, title }) => ({ title: `${title} ${id}`, note: "Open", sign: "model", run: () => go(recordsHref(name, id)) }));
}
