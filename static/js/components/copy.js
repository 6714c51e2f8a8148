/** Copies a text that is shown. */

import { h, icon } from "../html.js";
import { toast } from "./toast.js";

/**
 * Nothing where the browser does not allow copying, as on plain http to another machine.
 * @param {string} text
 * @param {string} [label]
 */
export function copyButton(text, label = "Copy") {
  if (!navigator.clipboard) return null;
  return h("button", { type: "button", class: "button", on: { click: () => copy(text) } }, icon("copy"), label);
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser does not allow copying. Mark the text and copy it by hand.");
  }
}
