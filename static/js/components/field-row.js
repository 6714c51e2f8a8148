/** A control with its label, its hint and what is wrong with it, tied together for screen readers. */

import { fill, h, icon, uniqueId } from "../html.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} ControlElement */
/** @typedef {{ element: HTMLElement, control: ControlElement, setFault: (text: string | null) => void }} FieldRow */

/**
 * @param {string} label
 * @param {ControlElement} control
 * @param {{ hint?: string, note?: string, extra?: import("../html.js").Child, holder?: HTMLElement }} [options] `note` stands beside the label, `holder` is around the control
 * @returns {FieldRow}
 */
export function fieldRow(label, control, options = {}) {
  const id = (control.id ||= uniqueId());
  const hint = options.hint ? h("p", { class: "hint", id: `${id}-hint` }, options.hint) : null;
  const fault = h("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const described = hint ? `${id}-hint` : null;
  if (described) control.setAttribute("aria-describedby", described);

  const name = h("label", { for: id }, label);
  const note = options.note ? h("span", { class: "label-note" }, options.note) : null;
  const isCheckbox = control instanceof HTMLInputElement && control.type === "checkbox";
  const element = isCheckbox
    ? h("div", { class: "field check" }, h("div", { class: "check-line" }, control, name, note), hint, fault)
    : h("div", { class: "field" }, h("div", { class: "label-line" }, name, note), options.holder ?? control, options.extra, hint, fault);

  return {
    element,
    control,
    setFault(text) {
      fault.hidden = text === null;
      fill(fault, text !== null && [icon("alert"), text]);
      if (text === null) control.removeAttribute("aria-invalid");
      else control.setAttribute("aria-invalid", "true");
      const ids = [text === null ? null : `${id}-fault`, described].filter((one) => one !== null).join(" ");
      if (ids === "") control.removeAttribute("aria-describedby");
      else control.setAttribute("aria-describedby", ids);
    },
  };
}
