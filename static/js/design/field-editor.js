/** One field of a model in the form: its name and type, and below what belongs to that type. */

import { fieldRow } from "../components/field-row.js";
import { fill, h, icon } from "../html.js";
import { controlOf, KEYS, TYPES } from "./declaration.js";

/** @typedef {import("./declaration.js").FieldDraft} FieldDraft */
/** @typedef {import("../components/field-row.js").FieldRow} FieldRow */
/** @typedef {{ element: HTMLElement, draft: FieldDraft, rows: Map<string, FieldRow>, open: () => void, focus: () => void }} FieldEditor */
/** What stands in the first line, since it is needed most. */
const FIRST = ["references"];

/**
 * @param {FieldDraft} draft is changed by the controls
 * @param {{ models: () => string[], changed: () => void, remove: (editor: FieldEditor) => void, move: (editor: FieldEditor, by: number) => void }} around
 * @returns {FieldEditor}
 */
export function fieldEditor(draft, around) {
  /** @type {Map<string, FieldRow>} */
  const rows = new Map();
  const name = h("input", { type: "text", value: draft.name, autocomplete: "off", spellcheck: "false", maxlength: "64", placeholder: "name" });
  const type = select(TYPES.map((one) => [one, one]), draft.type);
  const required = h("input", { type: "checkbox", checked: draft.texts["required"] === "true" });
  const first = h("div", { class: "design-line" });
  const more = h("details", { class: "design-more" });
  const hint = h("p", { class: "hint", hidden: true });
  name.addEventListener("input", () => {
    draft.name = name.value;
    sayRename();
    around.changed();
  });
  type.addEventListener("change", () => {
    draft.type = type.value;
    show();
    around.changed();
  });
  required.addEventListener("change", () => {
    draft.texts["required"] = required.checked ? "true" : "";
    around.changed();
  });

  function sayRename() {
    const isRenamed = draft.original !== null && name.value.trim() !== "" && name.value.trim() !== draft.original;
    hint.hidden = !isRenamed;
    hint.textContent = isRenamed ? `A new name for ${draft.original}: its values are kept.` : "";
  }

  function show() {
    const wasOpen = more.open;
    rows.clear();
    rows.set("name", fieldRow("Field", name));
    rows.set("type", fieldRow("Type", type));
    rows.set("required", fieldRow("Required", required));
    for (const [key, { types }] of Object.entries(KEYS)) if (types.includes(draft.type)) rows.set(key, keyRow(key));
    const rest = [...rows].filter(([key]) => !["name", "type", "required", ...FIRST].includes(key));
    fill(first, rows.get("name")?.element, rows.get("type")?.element, rows.get("references")?.element, rows.get("required")?.element, tools());
    fill(more, h("summary", null, "More"), h("div", { class: "design-keys" }, rest.map(([, row]) => row.element)));
    more.open = wasOpen;
  }

  /** @param {string} key */
  function keyRow(key) {
    const about = /** @type {import("./declaration.js").Key} */ (KEYS[key]);
    const control = controlFor(key, draft, around.models());
    control.addEventListener(control instanceof HTMLSelectElement || isCheck(control) ? "change" : "input", () => {
      draft.texts[key] = isCheck(control) ? (control.checked ? "true" : "") : control.value;
      around.changed();
    });
    return fieldRow(about.label, control, about.hint ? { hint: about.hint } : {});
  }

  function tools() {
    const tool = (/** @type {string} */ label, /** @type {import("../html.js").IconName} */ sign, /** @type {() => void} */ run) =>
      h("button", { type: "button", class: "button icon-only quiet", title: label, "aria-label": `${label} ${draft.name}`.trim(), on: { click: run } }, icon(sign));
    return h(
      "div",
      { class: "design-tools" },
      tool("Move up", "up", () => around.move(editor, -1)),
      tool("Move down", "down", () => around.move(editor, 1)),
      tool("Remove", "trash", () => around.remove(editor)),
    );
  }

  show();
  sayRename();
  const element = h("li", { class: "design-edit" }, first, hint, more);
  const editor = { element, draft, rows, open: () => void (more.open = true), focus: () => name.focus() };
  return editor;
}

/** @param {Element} control @returns {control is HTMLInputElement} */
function isCheck(control) {
  return control instanceof HTMLInputElement && control.type === "checkbox";
}

/** @param {string} key @param {FieldDraft} draft @param {string[]} models */
function controlFor(key, draft, models) {
  const text = draft.texts[key] ?? "";
  switch (controlOf(key, draft.type)) {
    case "check":
      return h("input", { type: "checkbox", checked: text === "true" });
    case "choice":
      return select(optionsOf(key, models), text);
    case "lines":
      return withText(h("textarea", { class: "grows", rows: "2" }), text);
    case "json":
      return withText(h("textarea", { class: "code", rows: "1", spellcheck: "false" }), text);
    default:
      return h("input", { type: "text", value: text, autocomplete: "off", inputmode: /integer|number/.test(controlOf(key, draft.type)) ? "decimal" : null });
  }
}

/** @param {string} key @param {string[]} models @returns {[string, string][]} */
function optionsOf(key, models) {
  if (key === "references") return [["", "choose a model"], ...models.map((name) => /** @type {[string, string]} */ ([name, name]))];
  if (key === "default") return [["", "none"], ["true", "true"], ["false", "false"]];
  return KEYS[key]?.options ?? [];
}

/** @param {HTMLTextAreaElement} area @param {string} text */
export function withText(area, text) {
  area.value = text;
  return area;
}

/** @param {[value: string, label: string][]} options @param {string} chosen */
export function select(options, chosen) {
  return h("select", null, options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)));
}
