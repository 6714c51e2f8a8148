/** The control for a field, by its type. What it holds is always a text; `form-values.js` says what that means. */

import { list } from "../api.js";
import { controlOf } from "../form-values.js";
import { h, uniqueId } from "../html.js";
import { fieldRow } from "./field-row.js";

/** @typedef {import("../schema.js").Field} Field */
/** @typedef {import("./field-row.js").FieldRow & { field: Field, read: () => string, write: (text: string) => void }} FieldControl */

/** So many records are offered for a reference. */
const OFFERED = 100;

/** @type {Partial<Record<import("../form-values.js").Control, import("../html.js").Attributes>>} */
const INPUTS = {
  date: { type: "date", class: "short" },
  email: { type: "email" },
  integer: { type: "text", inputmode: "numeric", class: "short" },
  number: { type: "text", inputmode: "decimal", class: "short" },
  secret: { type: "password", autocomplete: "new-password" },
  url: { type: "url" },
};

/**
 * @param {Field} field
 * @param {string} text
 * @param {{ creating: boolean, disabled: boolean }} options
 * @returns {FieldControl}
 */
export function fieldControl(field, text, { creating, disabled }) {
  const control = element(field, text, creating);
  control.disabled = disabled;
  control.setAttribute("name", field.name);
  if (creating && field.required) control.setAttribute("aria-required", "true");
  const extra = field.references && !disabled ? suggestions(/** @type {HTMLInputElement} */ (control), field.references) : null;
  const row = fieldRow(field.name, control, { hint: hintOf(field, creating), note: noteOf(field, creating), extra });
  const isCheckbox = control instanceof HTMLInputElement && control.type === "checkbox";
  const write = (/** @type {string} */ value) => {
    if (isCheckbox) control.checked = value === "true";
    else control.value = value;
  };
  write(text);
  return { ...row, field, write, read: () => (isCheckbox ? String(control.checked) : control.value) };
}

/**
 * @param {Field} field
 * @param {string} text
 * @param {boolean} creating
 */
function element(field, text, creating) {
  const control = controlOf(field);
  switch (control) {
    case "checkbox":
      return h("input", { type: "checkbox" });
    case "choice":
      return choice(field, text, creating);
    case "json":
      return h("textarea", { class: "code", rows: text.includes("\n") ? 6 : 2, spellcheck: "false", autocapitalize: "none" });
    case "lines":
      return h("textarea", { rows: 1, class: "grows" });
    case "moment":
      return h("input", { type: "datetime-local", class: "short", step: stepOf(text) });
    case "time":
      // With an offset, or anything else that the browser's control would drop, it stays a text.
      return h("input", {
        type: /^(\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/.test(text) ? "time" : "text",
        class: "short",
        step: stepOf(text),
      });
    case "line":
      // An input would drop the ends of lines.
      return text.includes("\n") ? h("textarea", { rows: 2, class: "grows" }) : h("input", { type: "text", autocomplete: "off" });
    default:
      return h("input", { autocomplete: "off", ...INPUTS[control] });
  }
}

/** As fine as the time that is there, so that nobody has to look at zeros. @param {string} text */
function stepOf(text) {
  return text.includes(".") ? "0.001" : /:\d\d:\d\d$/.test(text) ? "1" : "60";
}

/**
 * @param {Field} field
 * @param {string} text
 * @param {boolean} creating
 */
function choice(field, text, creating) {
  const options = field.options ?? ["true", "false"];
  const needsEmpty = field.nullable || (creating && text === "");
  return h(
    "select",
    { class: "short" },
    needsEmpty && h("option", { value: "" }, field.nullable ? "null" : "Choose…"),
    // A value from before the declaration changed is still shown.
    text !== "" && !options.includes(text) && h("option", { value: text }, text),
    options.map((option) => h("option", { value: option }, option)),
  );
}

/**
 * @param {Field} field
 * @param {boolean} creating
 */
function noteOf(field, creating) {
  const type = field.references ? `id in ${field.references}` : (field.format ?? field.type);
  return creating && field.required ? `${type} · required` : type;
}

/**
 * @param {Field} field
 * @param {boolean} creating
 */
function hintOf(field, creating) {
  const hints = [field.description];
  if (field.writeOnly) hints.push(creating ? "It is never shown again." : "It is never shown. What you type here replaces it.");
  if (field.format === "date-time") hints.push("In your local time.");
  if (creating && (field.initial === "now()" || field.initial === "uuid()")) hints.push("Left empty, Hearth fills it in.");
  if (field.minimum !== null && field.maximum !== null) hints.push(`From ${field.minimum} to ${field.maximum}.`);
  return hints.filter((hint) => hint !== "").join(" ");
}

/**
 * Offers the newest records of the model that a reference leads to, asked for when the control is first used.
 * @param {HTMLInputElement} input
 * @param {string} model
 */
function suggestions(input, model) {
  const offered = h("datalist", { id: uniqueId() });
  input.setAttribute("list", offered.id);
  input.addEventListener("focus", () => void load(), { once: true });
  return offered;

  async function load() {
    try {
      const { items } = await list(model, { limit: OFFERED, sort: "-id" });
      offered.replaceChildren(...items.map((item) => h("option", { value: String(item.id) }, labelOf(item))));
    } catch {
      // The id can be typed all the same.
    }
  }
}

/** The first short text of a record, to know it by. @param {import("../api.js").Item} item */
export function labelOf(item) {
  const texts = Object.entries(item).filter(
    ([name, value]) => !/(^|_)id$|_at$/.test(name) && typeof value === "string" && value !== "",
  );
  return texts.length > 0 ? String(texts[0]?.[1]).slice(0, 80) : "";
}
