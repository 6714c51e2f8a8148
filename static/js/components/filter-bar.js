/** The line over a table: what its records are filtered by, and a field to add one more with suggestions. */

import { completed, example, filterable, parseFilter, suggestFilters, withFilter } from "../filters.js";
import { fill, h, icon } from "../html.js";
import { combobox } from "./combobox.js";

/** @typedef {import("../router.js").Filter} Filter */

export class HearthFilterBar extends HTMLElement {
  #chips = h("ul", { class: "filter-chips", "aria-label": "Filters" });
  #input = h("input", { type: "text", "aria-label": "Filter by a field", class: "filter-input" });
  #fault = h("p", { class: "filter-fault", role: "alert" });
  #clear = h("button", { type: "button", class: "button small quiet", on: { click: () => this.#set([]) } }, "Clear");
  /** @type {Filter[]} */
  #filters = [];

  /**
   * @param {import("../schema.js").Model} model
   * @param {{ items: () => import("../api.js").Item[], change: (filters: Filter[]) => void }} options
   */
  constructor(model, { items, change }) {
    super();
    this.change = change;
    const fields = filterable(model.fields);
    this.#input.placeholder = `Filter, like ${example(fields)}`;
    const { list, open } = combobox(this.#input, "Fields and values", {
      suggest: (text) => suggestFilters(text, fields, items()),
      choose: ({ value }) => {
        this.#input.value = value;
        this.#say("");
        if (value.endsWith(": ")) void open();
        else this.#add(fields, value);
      },
      enter: (text) => this.#add(fields, completed(text, fields, items())),
    });
    this.#input.addEventListener("input", () => this.#say(""));
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && this.#input.value === "" && this.#filters.length > 0) this.#set(this.#filters.slice(0, -1));
    });
    this.replaceChildren(icon("filter"), this.#chips, h("div", { class: "filter-line" }, this.#input, list), this.#clear, this.#fault);
    this.show([]);
  }

  /** @param {Filter[]} filters */
  show(filters) {
    this.#filters = filters;
    this.#clear.hidden = filters.length === 0;
    fill(
      this.#chips,
      filters.map(([name, value], at) => {
        const isFurther = filters.findIndex(([other]) => other === name) < at;
        const remove = () => this.#set(filters.filter((_, place) => place !== at));
        return h(
          "li",
          { class: "filter-chip" },
          h("span", { class: "dim" }, isFurther ? `or ${name}` : name),
          h("span", { class: "filter-value" }, value),
          h("button", { type: "button", "aria-label": `Remove the filter ${name}: ${value}`, on: { click: remove } }, icon("close")),
        );
      }),
    );
  }

  focusInput() {
    this.#input.focus();
    this.#input.click();
  }

  /** @param {import("../schema.js").Field[]} fields @param {string} text */
  #add(fields, text) {
    if (text.trim() === "") return;
    const result = parseFilter(text, fields);
    if ("fault" in result) this.#say(result.fault);
    else {
      this.#input.value = "";
      this.#set(withFilter(this.#filters, result.filter));
    }
  }

  /** @param {Filter[]} filters */
  #set(filters) {
    this.#say("");
    this.show(filters);
    this.change(filters);
    this.#input.focus();
  }

  /** @param {string} text */
  #say(text) {
    fill(this.#fault, text);
    if (text === "") this.#input.removeAttribute("aria-invalid");
    else this.#input.setAttribute("aria-invalid", "true");
  }
}

customElements.define("hearth-filter-bar", HearthFilterBar);
