/** Who may do what with a model's records: a short name for the usual, or each action by itself. */

import { fieldRow } from "../components/field-row.js";
import { fill, h, uniqueId } from "../html.js";
import { ACTIONS, SHORT } from "./declaration.js";
import { select } from "./field-editor.js";
import { accessWords, whoWords } from "./layout.js";

/** @type {[string, string][]} */
const CHOICES = [
  ["", "Only the owner"],
  ["shared_read", "Every user reads, the owner changes"],
  ["public_read", "Anyone reads, the owner changes"],
  ["authenticated", "Every user does everything"],
  ["admin", "Only admins"],
  ["custom", "Each by itself"],
];

/**
 * @param {import("./declaration.js").AccessDraft} draft is changed by the controls
 * @param {string[]} roles
 * @param {() => void} changed
 */
export function accessEditor(draft, roles, changed) {
  const choices = draft.choice === "owner" ? CHOICES.map(([value, label]) => /** @type {[string, string]} */ ([value || "owner", label])) : CHOICES;
  const choice = select(choices, draft.choice);
  const row = fieldRow("Access", choice);
  const below = h("div", { class: "design-rules" });
  const words = ["anyone", "signed_in", "owner", "admin", ...roles.map((role) => `role:${role}`)];

  function show() {
    if (draft.choice !== "custom") {
      const lines = accessWords(SHORT[draft.choice || "owner"] ?? {}).map(([what, who]) => h("div", null, h("dt", null, what), h("dd", null, who)));
      fill(below, h("dl", { class: "design-access" }, lines), h("p", { class: "hint" }, "Admins may read and write everything."));
      return;
    }
    fill(below, ACTIONS.map(rule));
  }

  /** @param {import("./declaration.js").Action} action */
  function rule(action) {
    const id = uniqueId();
    const box = (/** @type {string} */ word) => {
      const input = h("input", { type: "checkbox", checked: draft.rules[action].includes(word) });
      input.addEventListener("change", () => {
        const kept = draft.rules[action].filter((one) => one !== word);
        draft.rules = { ...draft.rules, [action]: input.checked ? [...kept, word] : kept };
        changed();
      });
      return h("label", { class: "scope" }, input, whoWords([word]));
    };
    return h("div", { class: "design-rule", role: "group", "aria-labelledby": id }, h("span", { class: "group-label", id }, action), h("div", { class: "scopes" }, words.map(box)));
  }

  choice.addEventListener("change", () => {
    const before = SHORT[draft.choice || "owner"];
    if (choice.value === "custom" && before) draft.rules = { ...before };
    draft.choice = choice.value;
    show();
    changed();
  });
  show();
  return { element: h("div", { class: "field" }, row.element, below), row };
}
