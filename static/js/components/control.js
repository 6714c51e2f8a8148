/** The control for a field, by its type. What it holds is always a text; `form-values.js` says what that means. */

import { controlOf } from "../form-values.js";
import { h } from "../html.js";
import { fieldRow } from "./field-row.js";
import { jsonControl } from "./json-control.js";
import { listControl, takesList } from "./list-control.js";
import { referenceControl } from "./reference-control.js";

/** @typedef {import("../schema.js").Field} Field */
/** @typedef {import("./field-row.js").FieldRow & { field: Field, read: () => string, write: (text: string) => void }} FieldControl */
/**
 * @typedef {{
 *   control: import("./field-row.js").ControlElement, read: () => string, write: (text: string) => void,
 *   holder?: HTMLElement, extra?: import("../html.js").Child,
 * }} Bare `holder` stands in the form in place of the control, which is within it
 */

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
  const { control, read, write, holder, extra } = special(field, text, disabled) ?? bareControl(field, text, creating);
  control.disabled = disabled;
  control.setAttribute("name", field.name);
  if (creating && field.required) control.setAttribute("aria-required", "true");
  const hint = hintOf(field, creating);
  const row = fieldRow(field.name, control, { hint, note: noteOf(field, creating), extra, ...(holder ? { holder } : {}) });
  write(text);
  return { ...row, field, write, read };
}

/**
 * @param {Field} field
 * @param {string} text
 * @param {boolean} disabled
 * @returns {Bare | null}
 */
function special(field, text, disabled) {
  if (field.references) return referenceControl(field.references);
  if (controlOf(field) !== "json") return null;
  return field.elements && takesList(text) ? listControl(field.elements, disabled) : jsonControl(field, text);
}

/**
 * The control alone, without a label.
 * @param {Field} field
 * @param {string} text
 * @param {boolean} [creating]
 * @returns {Bare}
 */
export function bareControl(field, text, creating = false) {
  const control = element(field, text, creating);
  const isCheckbox = control instanceof HTMLInputElement && control.type === "checkbox";
  const write = (/** @type {string} */ value) => {
    if (isCheckbox) control.checked = value === "true";
    else control.value = value;
  };
  write(text);
  return { control, write, read: () => (isCheckbox ? String(control.checked) : control.value) };
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
