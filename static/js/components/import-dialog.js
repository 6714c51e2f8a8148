/** A file's records brought into a model: chosen, looked at, mapped to fields, sent, and what was refused said row by row. */

import { download } from "../export.js";
import { show, showCount } from "../format.js";
import { fill, h, icon, uniqueId } from "../html.js";
import { bodiesOf, guessMapping, readSheet } from "../import.js";
import { importAll } from "../importing.js";
import { writeJson } from "../json.js";
import { notice } from "./notice.js";

/** Rows of the preview, and reasons that are shown. */
const PREVIEW = 5;
const REASONS = 200;

/**
 * @param {import("../schema.js").Model} model
 * @param {import("../auth-store.js").User} user
 * @param {() => void} onChange records came in
 */
export function openImport(model, user, onChange) {
  const fields = model.fields.filter((field) => field.inCreate && (!field.readOnly || user.role === "admin"));
  const titleId = uniqueId();
  const body = h("div", { class: "dialog-body" });
  const foot = h("footer", { class: "dialog-foot" });
  const close = h("button", { type: "button", class: "button icon-only quiet", "aria-label": "Close" }, icon("close"));
  const dialog = h(
    "dialog",
    { class: "wide-dialog", "aria-labelledby": titleId },
    h("header", { class: "dialog-head" }, h("h2", { id: titleId }, `Import ${model.plural.toLowerCase()}`), close),
    body,
    foot,
  );
  let isStopped = false;
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    isStopped = true;
    dialog.remove();
  });

  /** @param {string} fault */
  function choose(fault = "") {
    const input = h("input", { type: "file", accept: ".csv,.json,.jsonl,.ndjson,.tsv,.txt", id: uniqueId(), class: "unseen" });
    const zone = h(
      "label",
      { class: "drop-zone", for: input.id },
      icon("import"),
      h("strong", null, "Choose a file, or drop it here"),
      h("span", { class: "dim" }, "CSV with names in the first line, a JSON array, or JSON Lines"),
    );
    const read = async (/** @type {File | undefined} */ file) => {
      if (!file) return;
      try {
        map(file.name, readSheet(file.name, await file.text()));
      } catch (error) {
        choose(error instanceof Error ? error.message : String(error));
      }
    };
    input.addEventListener("change", () => void read(input.files?.[0]));
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      void read(event.dataTransfer?.files[0]);
    });
    fill(body, fault !== "" && notice("error", "This file can’t be read", fault), input, zone);
    fill(foot, h("span", { class: "space" }), h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel"));
    input.focus();
  }

  /**
   * @param {string} name
   * @param {import("../import.js").Sheet} sheet
   */
  function map(name, sheet) {
    const mapping = guessMapping(sheet.names, fields);
    const heads = sheet.names.map((column, at) => {
      const select = h(
        "select",
        { class: "small", "aria-label": `Field for the column ${column}` },
        h("option", { value: "" }, "leave out"),
        fields.map((field) => h("option", { value: field.name, selected: mapping[at] === field.name }, field.name)),
      );
      select.addEventListener("change", () => {
        mapping[at] = select.value || null;
        check();
      });
      return h("th", { scope: "col" }, h("span", { class: "column-name" }, column), select);
    });
    const rows = sheet.rows.slice(0, PREVIEW).map((row) => h("tr", null, sheet.names.map((_, at) => h("td", null, text(row[at])))));
    const table = h("table", { class: "preview" }, h("thead", null, h("tr", null, heads)), h("tbody", null, rows));
    const message = h("div", { class: "import-message" });
    const start = h("button", { type: "button", class: "button main", on: { click: () => void send(sheet, mapping) } });
    /** What can be said before anything is sent. */
    function check() {
      const missing = fields.filter((field) => field.required && field.initial === undefined && !mapping.includes(field.name));
      const twice = mapping.find((one, at) => one !== null && mapping.indexOf(one) !== at);
      const words = missing.map((one) => one.name).join(", ");
      const text = twice ? `Two columns are meant for ${twice}.` : missing.length > 0 ? `No column is meant for ${words}, which every record needs.` : "";
      fill(message, text !== "" && notice("warning", "Not every record can come in like this", text));
      start.disabled = Boolean(twice) || mapping.every((one) => one === null);
    }
    start.textContent = `Import ${showCount(sheet.rows.length)} ${sheet.rows.length === 1 ? "record" : "records"}`;
    fill(
      body,
      h("p", null, h("strong", null, name), ` has ${showCount(sheet.rows.length)} records. What is each column?`),
      h("div", { class: "preview-scroll", tabindex: "0", role: "region", "aria-label": "Preview" }, table),
      message,
    );
    const again = h("button", { type: "button", class: "button", on: { click: () => choose() } }, "Another file");
    fill(foot, again, h("span", { class: "space" }), start);
    check();
    start.focus();
  }

  /**
   * @param {import("../import.js").Sheet} sheet
   * @param {import("../import.js").Mapping} mapping
   */
  async function send(sheet, mapping) {
    const { bodies, refused } = bodiesOf(sheet, mapping, fields);
    const bar = h("progress", { max: String(bodies.length), value: "0", "aria-label": "Import" });
    const words = h("p", { role: "status" }, "Sending…");
    const stop = h("button", { type: "button", class: "button", on: { click: () => (isStopped = true) } }, "Stop");
    fill(body, words, bar);
    fill(foot, h("span", { class: "space" }), stop);
    stop.focus();
    const tell = (/** @type {number} */ sent) => {
      bar.value = sent;
      fill(words, `${showCount(sent)} of ${showCount(bodies.length)}`);
    };
    const outcome = await importAll(model.name, bodies, tell, () => isStopped);
    if (outcome.done > 0) onChange();
    if (dialog.open) report(sheet, outcome, [...refused, ...outcome.refused].sort((left, right) => left.row - right.row));
  }

  /**
   * @param {import("../import.js").Sheet} sheet
   * @param {import("../importing.js").Outcome} outcome
   * @param {import("../import.js").Refused[]} refused
   */
  function report(sheet, { done, failure }, refused) {
    const title = `${showCount(done)} of ${showCount(sheet.rows.length)} imported`;
    const rest = sheet.rows.length - done - refused.length;
    const text = [failure, rest > 0 && `${showCount(rest)} were not sent.`, refused.length > 0 && `${showCount(refused.length)} were refused:`];
    const reasons = refused.slice(0, REASONS).map(({ row, reasons }) => h("tr", null, h("td", null, String(row)), h("td", null, reasons.join(". "))));
    fill(
      body,
      notice(failure || refused.length > 0 ? "warning" : "info", title, text.filter(Boolean).join(" ")),
      refused.length > 0 &&
        h(
          "div",
          { class: "preview-scroll", tabindex: "0", role: "region", "aria-label": "Refused rows" },
          h(
            "table",
            { class: "preview reasons" },
            h("thead", null, h("tr", null, h("th", { scope: "col" }, "Row"), h("th", { scope: "col" }, "Why"))),
            h("tbody", null, reasons),
          ),
        ),
    );
    const lines = () => refused.map(({ row, reasons }) => writeJson({ row, reasons, record: recordOf(sheet, row) })).join("\n");
    const save = () => download(`${model.name}-refused.jsonl`, `${lines()}\n`, "application/x-ndjson");
    const finish = h("button", { type: "button", class: "button main", on: { click: () => dialog.close() } }, "Done");
    const keep = h("button", { type: "button", class: "button", on: { click: save } }, icon("export"), "Save the refused rows");
    fill(foot, refused.length > 0 && keep, h("span", { class: "space" }), finish);
    finish.focus();
  }

  document.body.append(dialog);
  dialog.showModal();
  choose();
}

/**
 * @param {import("../import.js").Sheet} sheet
 * @param {number} row
 */
function recordOf({ names, rows }, row) {
  return Object.fromEntries(names.map((name, at) => [name, rows[row - 1]?.[at]]));
}

/** @param {unknown} value */
function text(value) {
  if (value === undefined || value === "") return "";
  return show({ type: "string", format: null, options: null, references: null }, value).text.slice(0, 60);
}
