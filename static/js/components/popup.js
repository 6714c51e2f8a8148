/** A button and what opens under it: a panel that closes by Escape, by a click elsewhere, or when the focus leaves it. */

import { fill, h, icon, uniqueId } from "../html.js";

/** @typedef {{ element: HTMLElement, button: HTMLButtonElement, close: () => void }} Popup */

/**
 * @param {string} label
 * @param {import("../html.js").IconName} sign
 * @param {(close: () => void) => import("../html.js").Child} content made each time it opens
 * @param {{ iconOnly?: boolean, role?: string }} [options]
 * @returns {Popup}
 */
export function popup(label, sign, content, { iconOnly = false, role = "group" } = {}) {
  const panel = h("div", { class: "popup-panel", id: uniqueId(), role, "aria-label": label, hidden: true });
  const button = h(
    "button",
    {
      type: "button",
      class: iconOnly ? "button icon-only" : "button",
      "aria-expanded": "false",
      "aria-controls": panel.id,
      "aria-label": iconOnly ? label : null,
      title: iconOnly ? label : null,
      on: { click: () => (panel.hidden ? open() : close()) },
    },
    icon(sign),
    iconOnly ? null : h("span", null, label),
  );
  const element = h("div", { class: "popup" }, button, panel);

  function open() {
    fill(panel, content(close));
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    /** @type {HTMLElement | null} */ (panel.querySelector("input, button, a, select"))?.focus();
    document.addEventListener("pointerdown", outside, true);
  }
  function close() {
    if (panel.hidden) return;
    const hadFocus = panel.contains(document.activeElement);
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (hadFocus) button.focus();
  }
  /** @param {Event} event */
  function outside(event) {
    if (event.target instanceof Node && !element.contains(event.target)) close();
  }
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) {
      event.stopPropagation();
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !(event.target instanceof HTMLSelectElement)) {
      step(panel, event);
    }
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !element.contains(event.relatedTarget)) close();
  });
  return { element, button, close };
}

/**
 * @param {HTMLElement} panel
 * @param {KeyboardEvent} event
 */
function step(panel, event) {
  const stops = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll("input, button, a")]);
  if (panel.hidden || stops.length === 0) return;
  event.preventDefault();
  const at = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  stops.at((at + (event.key === "ArrowDown" ? 1 : -1)) % stops.length)?.focus();
}

/**
 * An entry of a popup.
 * @param {import("../html.js").IconName} sign
 * @param {string} text
 * @param {() => unknown} run
 */
export function entry(sign, text, run) {
  return h("button", { type: "button", class: "popup-item", on: { click: run } }, icon(sign), h("span", null, text));
}
