/** An array of plain values: each is a chip, Enter adds what is typed, a pasted JSON array adds all of its elements. */

import { fill, h, icon } from "../html.js";
import { parseJson, writeJson } from "../json.js";

/** @typedef {NonNullable<import("../schema.js").Field["elements"]>} Elements */

/** Whether the text is an array of plain values, or nothing. @param {string} text */
export function takesList(text) {
  return text.trim() === "" || plainArray(text) !== null;
}

/**
 * @param {string} text
 * @returns {unknown[] | null}
 */
function plainArray(text) {
  try {
    const value = parseJson(text);
    return Array.isArray(value) && value.every((one) => one !== null && typeof one !== "object") ? value : null;
  } catch {
    return null;
  }
}

/**
 * @param {Elements} elements
 * @param {boolean} disabled
 * @returns {import("./control.js").Bare}
 */
export function listControl(elements, disabled) {
  const chips = h("ul", { class: "list-chips" });
  const control = h("input", { type: "text", autocomplete: "off", placeholder: disabled ? null : "Type one, then Enter" });
  const options = elements.options && h("datalist", { id: `${Math.random()}` }, elements.options.map((value) => h("option", { value })));
  if (options) control.setAttribute("list", options.id);
  /** @type {unknown[]} */
  let values = [];
  let isNull = false;

  function draw() {
    chips.hidden = values.length === 0;
    fill(
      chips,
      values.map((value, at) => {
        const remove = h("button", { type: "button", "aria-label": `Remove ${value}`, on: { click: () => drop(at) } }, icon("close"));
        return h("li", null, h("span", null, String(value)), !disabled && remove);
      }),
    );
  }
  /** @param {number} at */
  function drop(at) {
    values = values.filter((_, place) => place !== at);
    changed();
    control.focus();
  }
  function changed() {
    isNull = false;
    draw();
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function pending() {
    const text = control.value.trim();
    if (text === "") return [];
    const many = text.startsWith("[") ? plainArray(text) : null;
    return many ?? [elements.type === "string" ? text : numberOf(text)];
  }
  function add() {
    const added = pending();
    if (added.length === 0) return;
    values = [...values, ...added];
    control.value = "";
    changed();
  }
  control.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && control.value.trim() !== "") {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && control.value === "" && values.length > 0) drop(values.length - 1);
  });
  control.addEventListener("blur", add);
  return {
    control,
    holder: h("div", { class: "list-control" }, chips, control, options),
    read() {
      const all = [...values, ...pending()];
      return isNull && all.length === 0 ? "" : writeJson(all, 2);
    },
    write(text) {
      isNull = text.trim() === "";
      values = plainArray(text) ?? [];
      control.value = "";
      draw();
    },
  };
}

/** What is no number stays a text, which the server refuses at its place. @param {string} text */
function numberOf(text) {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}
