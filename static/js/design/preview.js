/** What a change leads to, beside its form: the text of config.toml, the SQL, what would be lost; and the way to save it. */

import { codeBlock, copyButton } from "../components/copy.js";
import { notice } from "../components/notice.js";
import { fill, h } from "../html.js";
import { changes } from "./plan.js";

/**
 * @typedef {{
 *   file: string, exists: boolean, writable: boolean, closed: string | null, etag: string, text: string, diff: string,
 *   written: boolean, next: string, plan: import("./plan.js").Plan,
 * }} Preview
 */

/** @param {{ save: () => void }} around */
export function previewPane({ save }) {
  /** @type {Preview | null} */
  let shown = null;
  const body = h("div", { class: "design-preview-body" });
  const message = h("div", { role: "status" });
  const accept = h("input", { type: "checkbox", id: "accept-stop" });
  const foot = h("div", { class: "design-foot" });
  const element = h("section", { class: "design-preview", "aria-label": "What it leads to" }, message, body, foot);
  waits();

  function waits() {
    shown = null;
    fill(message);
    fill(body, h("p", { class: "dim" }, "The text for config.toml and the SQL it leads to appear here. Nothing is written before you save."));
    fill(foot);
  }

  /** @param {HTMLElement} notice */
  function fails(notice) {
    fill(message, notice);
    body.classList.add("stale");
    message.scrollIntoView({ block: "nearest" });
  }

  /** @param {Preview} preview */
  function show(preview) {
    shown = preview;
    body.classList.remove("stale");
    fill(message);
    fill(
      body,
      h("p", { class: "design-label" }, preview.exists ? preview.file : `${preview.file} (will be made)`),
      preview.diff === "" ? h("p", { class: "dim" }, "Nothing changes.") : diff(preview),
      preview.diff !== "" && !preview.plan.agrees && changes(preview.plan),
      preview.diff !== "" && preview.plan.agrees && h("p", { class: "dim" }, "The tables stay as they are."),
    );
    fill(foot, preview.diff !== "" && actions(preview));
  }

  /** @param {Preview} preview */
  function actions(preview) {
    if (!preview.writable) return [notice("info", "It can't be written from here", preview.closed ?? ""), copyButton(() => preview.text, "Copy the text")];
    return [
      h("p", { class: "dim" }, preview.next),
      !preview.plan.automatic && h("label", { class: "scope" }, accept, "Write it although the next start will stop"),
      h("button", { type: "button", class: "button main", on: { click: save } }, `Save to ${preview.file}`),
    ];
  }

  return {
    element,
    waits,
    fails,
    show,
    etag: () => shown?.etag ?? null,
    acceptsStop: () => accept.checked && shown !== null && !shown.plan.automatic,
  };
}

/** The text with what comes and what goes. @param {Preview} preview */
function diff(preview) {
  const lines = preview.diff.split("\n").filter((line) => !/^(---|\+\+\+|@@|\\)/.test(line) && line !== "");
  const tone = (/** @type {string} */ line) => (line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span");
  const pre = h(
    "pre",
    { class: "code diff", tabindex: "0", role: "region", "aria-label": `Text for ${preview.file}` },
    lines.map((line) => h(tone(line), null, `${line.slice(1)}\n`)),
  );
  return h("div", { class: "code-block" }, pre, copyButton(() => preview.text));
}

/** After it was written: what happens next. @param {Preview} preview @param {string} back */
export function done(preview, back) {
  return h(
    "div",
    { class: "design-done" },
    notice("info", `${preview.file} is written`, preview.next),
    codeBlock(preview.text.trimEnd(), "What was written"),
    !preview.plan.agrees && h("h2", null, "What will be run"),
    !preview.plan.agrees && changes(preview.plan),
    h("div", { class: "form-actions" }, h("a", { class: "button main", href: back }, "Back to the schema")),
  );
}
