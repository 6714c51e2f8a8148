/**
 * Words about what has just happened, stacked at the foot; screen readers hear them. Each goes by itself, but not while
 * the pointer or the focus is on it. One may have a button, and may tell how far some work is.
 */

import { fill, h, icon } from "../html.js";

const SHOWN = 4_000;
/** Older ones go when there are more. */
const STACK = 4;

/** @typedef {{ action?: { label: string, run: () => void }, time?: number, onGone?: () => void, kind?: "plain" | "error" }} ToastOptions */
/** @typedef {{ say: (text: string) => void, progress: (part: number) => void, close: () => void }} Toast */

class HearthToasts extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.setAttribute("aria-live", "polite");
  }
}

customElements.define("hearth-toasts", HearthToasts);

const toasts = new HearthToasts();

/**
 * @param {string} text
 * @param {ToastOptions} [options] `time` 0 stays until it is closed; `onGone` runs when it went without its button
 * @returns {Toast}
 */
export function toast(text, { action, time = SHOWN, onGone, kind = "plain" } = {}) {
  const words = h("span", null, text);
  const bar = h("progress", { max: "1", value: "0", hidden: true, "aria-label": "Progress" });
  const element = h("div", { class: `toast ${kind}` }, kind === "error" && icon("alert"), words, bar);
  let timer = 0;
  let isOpen = true;

  /** @param {boolean} acted */
  function end(acted) {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(timer);
    element.remove();
    if (acted) action?.run();
    else onGone?.();
  }
  const wait = () => {
    clearTimeout(timer);
    if (time > 0) timer = setTimeout(() => end(false), time);
  };
  if (action) element.append(h("button", { type: "button", class: "toast-action", on: { click: () => end(true) } }, action.label));
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", wait);
  element.addEventListener("focusout", wait);

  place();
  toasts.append(element);
  while (toasts.children.length > STACK) toasts.firstElementChild?.remove();
  wait();
  return {
    say: (text) => fill(words, text),
    progress(part) {
      bar.hidden = false;
      bar.value = part;
    },
    close: () => end(false),
  };
}

/** Within the dialog that is open, since nothing outside of it can be reached then. */
function place() {
  const dialogs = document.querySelectorAll("dialog[open]");
  const home = dialogs[dialogs.length - 1] ?? document.body;
  if (toasts.parentElement === home) return;
  home.append(toasts);
  // The dialog takes them along when it closes.
  if (home !== document.body) home.addEventListener("close", () => document.body.append(toasts), { once: true });
}
