/** The forms that end in a session: sign-in, registration, the first admin. They differ in their fields and words. */

import { explain, sortFaults } from "../errors.js";
import { fill, h } from "../html.js";
import { ApiError } from "../http.js";
import { brand } from "./brand.js";
import { fieldRow } from "./field-row.js";
import { notice } from "./notice.js";

/**
 * @typedef {{ name: string, label: string, type: string, autocomplete: string, hint?: string, note?: string, value?: string }} AccountField
 * @typedef {{
 *   title: string, intro: string, fields: AccountField[], action: string, before?: import("../html.js").Child,
 *   footer?: import("../html.js").Child, submit: (values: { [name: string]: string }) => Promise<unknown>,
 *   remedy?: (error: ApiError) => { title: string, remedy: string } | null,
 * }} AccountFormOptions
 */

/** @typedef {Omit<AccountFormOptions, "intro" | "before" | "footer"> & { aside?: import("../html.js").Child }} PlainFormOptions */

/** The form alone, for whatever page; `aside` stands beside its button. @param {PlainFormOptions} options */
export function plainForm(options) {
  const rows = options.fields.map((field) => ({ field, row: row(field) }));
  const message = h("div", { class: "form-message" });
  const button = h("button", { type: "submit", class: "button main wide" }, options.action);
  const form = h(
    "form",
    { novalidate: true, "aria-label": options.title },
    message,
    rows.map(({ row }) => row.element),
    options.aside ? h("div", { class: "form-actions" }, button, options.aside) : button,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.classList.contains("busy")) void submit();
  });

  async function submit() {
    fill(message);
    if (!complete(rows)) return;
    setBusy(form, button, true);
    try {
      await options.submit(Object.fromEntries(rows.map(({ field, row }) => [field.name, row.control.value])));
    } catch (error) {
      showError(error);
    } finally {
      setBusy(form, button, false);
    }
  }

  /** @param {unknown} error */
  function showError(error) {
    const names = rows.map(({ field }) => field.name);
    const sorted = error instanceof ApiError ? sortFaults(error, names) : { faults: new Map(), rest: [] };
    showFaults(rows, sorted.faults);
    if (sorted.faults.size > 0 && sorted.rest.length === 0) return;
    const special = error instanceof ApiError ? (options.remedy?.(error) ?? null) : null;
    const { title, remedy } = special ?? explain(error);
    fill(message, notice("error", title, remedy));
  }

  return form;
}

/** The same on a page of its own. @param {AccountFormOptions} options */
export function accountForm(options) {
  return h(
    "main",
    { class: "account" },
    h(
      "div",
      { class: "account-card" },
      brand(),
      h("h1", null, options.title),
      h("p", { class: "intro" }, options.intro),
      options.before,
      plainForm(options),
      options.footer,
    ),
  );
}

/** @typedef {{ field: AccountField, row: import("./field-row.js").FieldRow }} Row */

/** @param {AccountField} field */
function row(field) {
  const input = h("input", {
    type: field.type,
    name: field.name,
    value: field.value,
    autocomplete: field.autocomplete,
    autocapitalize: "none",
    spellcheck: "false",
    "aria-required": field.note ? null : "true",
  });
  return fieldRow(field.label, input, { hint: field.hint ?? "", note: field.note ?? "" });
}

/** Whether all that is needed was typed; says where it was not. @param {Row[]} rows */
function complete(rows) {
  const missing = rows.filter(({ field, row }) => !field.note && row.control.value === "");
  showFaults(rows, new Map(missing.map(({ field }) => [field.name, `Type your ${field.label.toLowerCase()}`])));
  return missing.length === 0;
}

/**
 * @param {Row[]} rows
 * @param {Map<string, string>} faults
 */
function showFaults(rows, faults) {
  for (const { field, row } of rows) row.setFault(faults.get(field.name) ?? null);
  rows.find(({ field }) => faults.has(field.name))?.row.control.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {boolean} busy
 */
function setBusy(form, button, busy) {
  form.classList.toggle("busy", busy);
  button.setAttribute("aria-disabled", String(busy));
}
