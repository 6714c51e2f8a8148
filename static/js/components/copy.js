/** A text to be copied: in a block with a button, or by itself. */

import { h, icon } from "../html.js";
import { toast } from "./toast.js";

/**
 * @param {() => string} text
 * @param {string} label
 */
export function copyButton(text, label = "Copy") {
  // Plain http to another machine has no clipboard.
  if (!navigator.clipboard) return null;
  const attributes = { type: "button", class: "button small", on: { click: () => void copyText(text()) } };
  return h("button", attributes, icon("copy"), label);
}

/** @param {string} text */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser does not allow copying. Mark the text and copy it by hand.");
  }
}

/**
 * @param {string} text
 * @param {string} name for screen readers
 */
export function codeBlock(text, name) {
  const pre = h("pre", { class: "code", tabindex: "0", role: "region", "aria-label": name }, text);
  return h("div", { class: "code-block" }, pre, copyButton(() => pre.textContent ?? ""));
}
