/** The keys that hold here, in a dialog. */

import { h, icon, uniqueId } from "../html.js";
import { allShortcuts } from "../shortcuts.js";

export function openHelp() {
  if (document.querySelector("dialog.help")) return;
  const titleId = uniqueId();
  const groups = Map.groupBy(allShortcuts(), ({ group }) => group);
  const close = h("button", { type: "button", class: "button icon-only quiet", "aria-label": "Close" }, icon("close"));
  const dialog = h(
    "dialog",
    { class: "help", "aria-labelledby": titleId },
    h("header", { class: "dialog-head" }, h("h2", { id: titleId }, "Keyboard shortcuts"), close),
    h(
      "div",
      { class: "help-groups", tabindex: "0", role: "region", "aria-label": "Shortcuts" },
      [...groups].map(([group, all]) =>
        h(
          "section",
          null,
          h("h3", null, group),
          h(
            "dl",
            null,
            all.map(({ keys, does }) => h("div", null, h("dt", null, keysOf(keys)), h("dd", null, does))),
          ),
        ),
      ),
    ),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("mousedown", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

/** @param {string} keys */
function keysOf(keys) {
  const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return keys.split(" ").map((one) => h("kbd", null, isMac ? one.replace("Ctrl+", "⌘") : one));
}
