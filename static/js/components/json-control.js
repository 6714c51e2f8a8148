/** A text of JSON, judged while it is typed, and put in order by a button. */

import { valueOf } from "../form-values.js";
import { fill, h, icon } from "../html.js";
import { writeJson } from "../json.js";

const PAUSE = 250;

/**
 * @param {import("../schema.js").Field} field
 * @param {string} text
 * @returns {import("./control.js").Bare}
 */
export function jsonControl(field, text) {
  const control = h("textarea", { class: "code", rows: text.includes("\n") ? 6 : 2, spellcheck: "false", autocapitalize: "none" });
  const verdict = h("span", { class: "json-verdict" });
  const format = h("button", { type: "button", class: "button small quiet", on: { click: () => order() } }, "Format");
  let timer = 0;

  function judge() {
    const result = valueOf(field, control.value);
    const isBad = "fault" in result;
    verdict.classList.toggle("bad", isBad);
    const words = isBad ? `Not yet: ${result.fault.replace(/^This (is|needs) /, "")}` : sizeOf(result.value);
    fill(verdict, icon(isBad ? "alert" : "check"), words);
  }
  function order() {
    const result = valueOf(field, control.value);
    if ("value" in result && result.value !== null) control.value = writeJson(result.value, 2);
    judge();
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  control.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(judge, PAUSE);
  });
  control.addEventListener("keydown", (event) => pair(control, event));
  return {
    control,
    extra: h("div", { class: "json-foot" }, verdict, format),
    read: () => control.value,
    write: (value) => {
      control.value = value;
      judge();
    },
  };
}

/** @param {unknown} value */
function sizeOf(value) {
  if (value === null || value === undefined) return "null";
  const count = Array.isArray(value) ? value.length : Object.keys(/** @type {object} */ (value)).length;
  const word = Array.isArray(value) ? "element" : "key";
  return `Valid JSON, ${count} ${word}${count === 1 ? "" : "s"}`;
}

/**
 * A new line begins as deep as the one before it.
 * @param {HTMLTextAreaElement} area
 * @param {KeyboardEvent} event
 */
function pair(area, event) {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const before = area.value.slice(0, area.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const depth = `${/^\s*/.exec(line)?.[0] ?? ""}${/[{[]\s*$/.test(line) ? "  " : ""}`;
  if (depth === "") return;
  event.preventDefault();
  area.setRangeText(`\n${depth}`, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
