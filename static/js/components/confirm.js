/** Asks before what can't be undone. */

import { h, uniqueId } from "../html.js";

/**
 * @param {string} title
 * @param {string} text
 * @param {string} action what the button says that does it
 * @returns {Promise<boolean>}
 */
export function confirmed(title, text, action) {
  const titleId = uniqueId();
  const textId = uniqueId();
  const cancel = h("button", { type: "button", class: "button" }, "Cancel");
  const go = h("button", { type: "button", class: "button danger" }, action);
  const dialog = h(
    "dialog",
    { class: "ask", role: "alertdialog", "aria-labelledby": titleId, "aria-describedby": textId },
    h("h2", { id: titleId }, title),
    h("p", { id: textId }, text),
    h("div", { class: "ask-actions" }, cancel, go),
  );
  document.body.appendChild(dialog);
  dialog.showModal();
  cancel.focus();
  return new Promise((resolve) => {
    cancel.addEventListener("click", () => dialog.close("no"));
    go.addEventListener("click", () => dialog.close("yes"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
