/** The form of a new API key: its name, what it may do, and until when. */

import { ask, describe } from "../api.js";
import { auth } from "../auth-store.js";
import { fieldRow } from "../components/field-row.js";
import { errorNotice, notice } from "../components/notice.js";
import { sortFaults } from "../errors.js";
import { fill, h, uniqueId } from "../html.js";
import { ApiError } from "../http.js";
import { modelsOf } from "../schema.js";

/** Days, by what they are called. @type {[string, string][]} */
const LASTING = [
  ["", "It does not end"],
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "a year"],
];
const DAY = 86_400_000;

/**
 * @param {(key: string) => unknown} made
 * @param {() => unknown} cancel
 */
export function keyForm(made, cancel) {
  const name = fieldRow("Name", h("input", { name: "name", autocomplete: "off", "aria-required": "true" }), {
    hint: "The program that uses it, say.",
  });
  const scopes = scopeChoice();
  const lasting = fieldRow("Lasts", h("select", { name: "lasting" }, LASTING.map(([days, text]) => h("option", { value: days }, text))));
  const message = h("div", { class: "form-message" });
  const form = h(
    "form",
    { novalidate: true, "aria-label": "New API key" },
    message,
    name.element,
    scopes.element,
    lasting.element,
    h(
      "div",
      { class: "form-actions" },
      h("button", { type: "submit", class: "button main" }, "Create the key"),
      h("button", { type: "button", class: "button", on: { click: cancel } }, "Cancel"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  return form;

  async function submit() {
    const named = name.control.value.trim();
    const chosen = scopes.chosen();
    name.setFault(named === "" ? "Type a name" : null);
    fill(message, chosen.length === 0 && notice("error", "Choose what the key may do", ""));
    if (named === "" || chosen.length === 0) return;
    const days = Number(lasting.control.value);
    const until = days > 0 ? { expires_at: new Date(Date.now() + days * DAY).toISOString() } : {};
    try {
      made((await ask("POST", "/api/auth/api-keys", { name: named, scopes: chosen, ...until })).key);
    } catch (error) {
      const { faults, rest } = error instanceof ApiError ? sortFaults(error, ["name"]) : { faults: new Map(), rest: [""] };
      name.setFault(faults.get("name") ?? null);
      if (faults.size === 0 || rest.length > 0) fill(message, errorNotice(error));
    }
  }
}

/** Boxes for what most keys need; of single models once they are known. */
function scopeChoice() {
  const title = uniqueId();
  const models = h("div", { class: "scopes" });
  const admin = auth.user?.role === "admin" ? ["worker", "metrics"] : [];
  const element = h(
    "div",
    { class: "field", role: "group", "aria-labelledby": title },
    h("div", { class: "label-line" }, h("span", { id: title, class: "group-label" }, "May")),
    h("div", { class: "scopes" }, box("read", true), box("write"), admin.map((scope) => box(scope))),
    h("details", null, h("summary", null, "Only some models"), models),
  );
  void describe().then(
    (document) => fill(models, modelsOf(document).flatMap(({ name }) => [box(`read:${name}`), box(`write:${name}`)])),
    (error) => fill(models, errorNotice(error)),
  );
  const chosen = () =>
    [...element.querySelectorAll("input")].filter((input) => input.checked).map((input) => input.value);
  return { element, chosen };
}

/** @param {string} scope */
function box(scope, checked = false) {
  return h("label", { class: "scope" }, h("input", { type: "checkbox", value: scope, checked }), h("code", null, scope));
}
