/** A word about what has just happened; it goes by itself, and screen readers hear it. */

import { h } from "../html.js";

const SHOWN = 4_000;

class HearthToasts extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.setAttribute("aria-live", "polite");
  }

  /** @param {string} text */
  say(text) {
    const toast = h("div", { class: "toast" }, text);
    this.replaceChildren(toast);
    setTimeout(() => toast.remove(), SHOWN);
  }
}

customElements.define("hearth-toasts", HearthToasts);

const toasts = new HearthToasts();

/** @param {string} text */
export function toast(text) {
  if (!toasts.isConnected) document.body.appendChild(toasts);
  toasts.say(text);
}
