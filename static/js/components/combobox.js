/**
 * A line with a list of suggestions under it, as ARIA's combobox has it: arrows go through them, Enter takes one, Escape
 * closes. What is offered, and what a choice does, is for who uses it.
 */

import { fill, h, uniqueId } from "../html.js";

/** @typedef {{ value: string, label: string, note?: string, sign?: import("../html.js").Child }} Option */
/**
 * @typedef {{
 *   suggest: (text: string) => Option[] | Promise<Option[]>, choose: (option: Option) => void,
 *   enter?: (text: string) => void, first?: boolean, empty?: string,
 * }} Behaviour `first`: the first option is marked, so that Enter takes it
 */

/**
 * @param {HTMLInputElement} input
 * @param {string} name of the list
 * @param {Behaviour} behaviour
 */
export function combobox(input, name, { suggest, choose, enter, first = false, empty = "" }) {
  const list = h("ul", { role: "listbox", id: uniqueId(), class: "suggestions", "aria-label": name, hidden: true });
  /** @type {Option[]} */
  let options = [];
  let marked = -1;
  let asked = 0;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("autocomplete", "off");
  input.setAttribute("spellcheck", "false");

  async function open() {
    const mine = ++asked;
    const found = await suggest(input.value);
    if (mine !== asked) return;
    options = found;
    marked = first && found.length > 0 ? 0 : -1;
    fill(
      list,
      found.map((option, at) =>
        h(
          "li",
          { role: "option", id: `${list.id}-${at}`, "aria-selected": "false", "data-at": at },
          option.sign,
          h("span", { class: "option-label" }, option.label),
          option.note && h("span", { class: "option-note" }, option.note),
        ),
      ),
      found.length === 0 && empty !== "" && h("li", { role: "option", "aria-disabled": "true", class: "option-none" }, empty),
    );
    const isOpen = list.childElementCount > 0;
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    mark(marked);
  }

  function close() {
    asked += 1;
    list.hidden = true;
    marked = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} at */
  function mark(at) {
    marked = at;
    for (const option of list.children) option.setAttribute("aria-selected", String(option.getAttribute("data-at") === String(at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
      list.children[at]?.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {number} at */
  function take(at) {
    const option = options[at];
    if (option === undefined) return;
    close();
    choose(option);
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) void open();
      else if (options.length > 0) mark((marked + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (!list.hidden && marked >= 0) {
        event.preventDefault();
        take(marked);
      } else if (enter) {
        event.preventDefault();
        enter(input.value);
      }
    } else if (event.key === "Escape" && !list.hidden && !first) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  input.addEventListener("input", () => void open());
  input.addEventListener("click", () => list.hidden && void open());
  input.addEventListener("keydown", key);
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target instanceof Element ? event.target.closest("[data-at]") : null;
    if (option) take(Number(option.getAttribute("data-at")));
  });
  return { list, open, close };
}
