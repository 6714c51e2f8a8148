/** What stands in place of an empty table: how a record comes about, here and from a program. */

import { h, icon } from "../html.js";
import { writeJson } from "../json.js";
import { recordsHref } from "../router.js";
import { toast } from "./toast.js";

/** @typedef {import("../schema.js").Model} Model */
/** @typedef {import("../schema.js").Field} Field */

/**
 * @param {Model} model
 * @param {boolean} mayCreate
 */
export function noRecords(model, mayCreate) {
  const command = curl(model);
  const copy = h(
    "button",
    { type: "button", class: "button small", on: { click: () => copyText(command) } },
    icon("copy"),
    "Copy",
  );
  return h(
    "div",
    { class: "empty" },
    h("h2", null, `No ${model.plural.toLowerCase()} yet`),
    mayCreate && h("p", null, "Create the first one here, or from a program:"),
    mayCreate &&
      h(
        "p",
        null,
        h("a", { class: "button main", href: recordsHref(model.name, "new") }, icon("add"), `New ${model.title.toLowerCase()}`),
      ),
    h(
      "div",
      { class: "code-block" },
      h("pre", { class: "code", tabindex: "0", "aria-label": "A command that creates one" }, command),
      navigator.clipboard && copy,
    ),
    h(
      "p",
      { class: "dim" },
      "$TOKEN is the access_token in the answer of POST /api/auth/login. ",
      h("a", { href: "/docs", target: "_blank", rel: "noopener" }, "API docs"),
    ),
  );
}

/** @param {Model} model */
function curl(model) {
  const body = writeJson(exampleOf(model.fields)).replaceAll("'", "'\\''");
  return [
    `curl ${location.origin}/api/${model.name} \\`,
    `  -H "Authorization: Bearer $TOKEN" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body}'`,
  ].join("\n");
}

/**
 * What must be sent, with values of the right kind; something, where nothing must be.
 * @param {Field[]} fields
 */
export function exampleOf(fields) {
  const open = fields.filter((field) => field.inCreate && !field.readOnly);
  const needed = open.filter((field) => field.required);
  const shown = needed.length > 0 ? needed : open.slice(0, 1);
  return Object.fromEntries(shown.map((field) => [field.name, exampleValue(field)]));
}

/** @param {Field} field */
function exampleValue(field) {
  if (field.options) return field.options[0];
  if (field.type === "string") return exampleText(field);
  const plain = { integer: field.minimum ?? 1, number: field.minimum ?? 1.5, boolean: true, array: [], object: {} };
  return plain[field.type];
}

/** @param {Field} field */
function exampleText(field) {
  const texts = {
    "date-time": "2026-11-25T12:00:00Z",
    date: "2026-11-25",
    "time-local": "12:00:00",
    email: "someone@example.com",
    uri: "https://example.com",
    uuid: "01939f5e-0000-7000-8000-000000000000",
    ipv4: "192.0.2.1",
    ipv6: "2001:db8::1",
    hostname: "example.com",
  };
  return (
    texts[/** @type {keyof typeof texts} */ (field.format)] ??
    "text".padEnd(field.minLength ?? 0, "-").slice(0, field.maxLength ?? 99)
  );
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
