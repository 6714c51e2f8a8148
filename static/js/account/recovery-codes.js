/** Recovery codes, which are shown once: to be copied, saved or written down before going on. */

import { copyButton } from "../components/copy.js";
import { fill, h } from "../html.js";

/**
 * @param {HTMLElement} place
 * @param {string[]} codes
 * @param {() => unknown} done
 */
export function recoveryCodes(place, codes, done) {
  const text = `${codes.join("\n")}\n`;
  const head = h("h3", { tabindex: "-1" }, "Your recovery codes");
  fill(
    place,
    head,
    h(
      "p",
      { class: "step-text" },
      "Each stands in for the app once. They are not shown again: keep them where you find them without your telephone.",
    ),
    h(
      "ul",
      { class: "codes", "aria-label": "Recovery codes" },
      codes.map((code) => h("li", null, h("code", null, code))),
    ),
    h(
      "div",
      { class: "form-actions" },
      copyButton(() => text, "Copy the codes"),
      h("button", { type: "button", class: "button", on: { click: () => download(text) } }, "Download"),
      h("button", { type: "button", class: "button main", on: { click: done } }, "I have kept them"),
    ),
  );
  head.focus();
}

/** @param {string} text */
function download(text) {
  const words = `Recovery codes for ${location.host}\n\n${text}`;
  const url = URL.createObjectURL(new Blob([words], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `recovery-codes-${location.hostname}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
