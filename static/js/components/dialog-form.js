/** A form in a dialog: what is asked before something is done. It stays, with what was typed, until it is done or left. */

import { h, uniqueId } from "../html.js";
import { plainForm } from "./account-form.js";

/**
 * Resolves with what `submit` gave, or null when it was left.
 * @template T
 * @param {Omit<import("./account-form.js").PlainFormOptions, "submit" | "aside"> & {
 *   text: string, leave?: string, submit: (values: { [name: string]: string }) => Promise<T>,
 * }} options
 * @returns {Promise<T | null>}
 */
export function askByForm(options) {
  const id = uniqueId();
  /** @type {T | null} */
  let result = null;
  const cancel = h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, options.leave ?? "Cancel");
  const form = plainForm({
    ...options,
    submit: async (values) => {
      result = await options.submit(values);
      dialog.close();
    },
    aside: cancel,
  });
  const dialog = h(
    "dialog",
    { class: "ask", "aria-labelledby": id },
    h("h2", { id }, options.title),
    options.text !== "" && h("p", { class: "ask-text" }, options.text),
    form,
  );
  document.body.appendChild(dialog);
  dialog.showModal();
  form.querySelector("input")?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
  });
}
