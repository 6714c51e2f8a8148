/** A record's fields as a form, made from its model. It holds texts, and says when one changes; saving is not its work. */

import { h } from "../html.js";
import { fieldControl } from "./control.js";

/** @typedef {import("../schema.js").Field} Field */
/** @typedef {import("../form-values.js").Texts} Texts */

export class HearthRecordForm extends HTMLElement {
  /** @type {import("./control.js").FieldControl[]} */
  #controls = [];

  /**
   * @param {Field[]} fields
   * @param {Texts} texts
   * @param {{ creating: boolean, isLocked: (field: Field) => boolean }} options
   */
  build(fields, texts, { creating, isLocked }) {
    this.#controls = fields.map((field) => fieldControl(field, texts[field.name] ?? "", { creating, disabled: isLocked(field) }));
    const form = h(
      "form",
      { novalidate: true, autocomplete: "off" },
      this.#controls.map(({ element }) => element),
    );
    // Enter in a line saves; the button that does it stands outside of the form.
    form.append(h("button", { type: "submit", hidden: true }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.dispatchEvent(new Event("save"));
    });
    for (const type of ["input", "change"]) form.addEventListener(type, () => this.dispatchEvent(new Event("typed")));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.dispatchEvent(new Event("save"));
    });
    this.replaceChildren(form);
  }

  /** Puts typed texts over those that the form was built with. @param {Texts} texts */
  write(texts) {
    for (const { field, write } of this.#controls) if (field.name in texts) write(texts[field.name] ?? "");
  }

  /** @returns {Texts} */
  texts() {
    return Object.fromEntries(this.#controls.map(({ field, read }) => [field.name, read()]));
  }

  /** @param {Map<string, string>} faults by field; the first one gets the focus */
  showFaults(faults) {
    for (const { field, setFault } of this.#controls) setFault(faults.get(field.name) ?? null);
    this.#controls.find(({ field }) => faults.has(field.name))?.control.focus();
  }

  focusFirst() {
    this.#controls.find(({ control }) => !control.disabled)?.control.focus();
  }
}

customElements.define("hearth-record-form", HearthRecordForm);
