/** Adding or changing a model by a form: what is typed is shown at once as text for config.toml and as SQL. */

import { call } from "../api.js";
import { fieldRow } from "../components/field-row.js";
import { errorNotice } from "../components/notice.js";
import { fill, h, icon } from "../html.js";
import { ApiError } from "../http.js";
import { accessEditor } from "./access-editor.js";
import { declarationOf, fieldDraft, modelDraft } from "./declaration.js";
import { fieldEditor, select, withText } from "./field-editor.js";
import { previewPane } from "./preview.js";

/** @typedef {import("./field-editor.js").FieldEditor} FieldEditor */
/** @typedef {{ model: import("./layout.js").Model | null, models: string[], roles: string[], saved: (answer: any) => void }} Options */

/** What is typed is asked about once it rests so long, in milliseconds. */
const REST = 250;

/** @param {Options} options */
export function modelForm({ model, models, roles, saved }) {
  const draft = model === null ? modelDraft() : modelDraft(model.name, model.declaration);
  if (model === null) draft.fields.push(fieldDraft());
  const pane = previewPane({ save: () => void save() });
  const list = h("ol", { class: "design-list" });
  /** @type {FieldEditor[]} */
  const editors = [];
  let timer = 0;
  let turn = 0;
  /** Faults of what is still empty are told only once it was to be saved. */
  let wasTried = false;
  let isTouched = false;

  const name = line(draft.name, (text) => (draft.name = text));
  const description = line(draft.description, (text) => (draft.description = text));
  const id = choice([["", "1, 2, 3 …"], ["uuid", "UUIDs, which sort by time"]], draft.id === "integer" ? "" : draft.id, (text) => (draft.id = text));
  const owner = choice([["", "go, too"], ["restrict", "keep the user from being deleted"]], draft.on_owner_delete === "cascade" ? "" : draft.on_owner_delete, (text) => (draft.on_owner_delete = text));
  const realtime = h("input", { type: "checkbox", checked: draft.realtime });
  realtime.addEventListener("change", () => {
    draft.realtime = realtime.checked;
    changed();
  });
  const unique = lines(draft.unique, (text) => (draft.unique = text));
  const indexes = lines(draft.indexes, (text) => (draft.indexes = text));
  const access = accessEditor(draft.access, roles, changed);
  const rows = new Map([
    ["model", fieldRow("Name", name, { hint: "Small letters, digits and _; it is the path, too: /api/name." })],
    ["description", fieldRow("Description", description, { note: "optional" })],
    ["access", access.row],
    ["id", fieldRow("Ids", id)],
    ["on_owner_delete", fieldRow("When a user is deleted, their records", owner)],
    ["unique", fieldRow("Unique together", unique, { hint: "A list of fields a line: year, number" })],
    ["indexes", fieldRow("Indexed together", indexes, { hint: "A list of fields a line: paid, created_at" })],
    ["realtime", fieldRow("Changes can be watched", realtime)],
  ]);
  const of = (/** @type {string} */ key) => rows.get(key)?.element;

  /** @param {string} text @param {(text: string) => void} set */
  function line(text, set) {
    const input = h("input", { type: "text", value: text, autocomplete: "off", spellcheck: "false" });
    input.addEventListener("input", () => (set(input.value), changed()));
    return input;
  }
  /** @param {string} text @param {(text: string) => void} set */
  function lines(text, set) {
    const area = withText(h("textarea", { class: "grows", rows: "1", spellcheck: "false" }), text);
    area.addEventListener("input", () => (set(area.value), changed()));
    return area;
  }
  /** @param {[string, string][]} options @param {string} chosen @param {(text: string) => void} set */
  function choice(options, chosen, set) {
    const control = select(options, chosen);
    control.addEventListener("change", () => (set(control.value), changed()));
    return control;
  }

  /** @param {import("./declaration.js").FieldDraft} field */
  function add(field) {
    const editor = fieldEditor(field, { models: () => [...new Set([...models, draft.name].filter((one) => one !== ""))], changed, remove, move });
    editors.push(editor);
    list.append(editor.element);
    return editor;
  }
  /** @param {FieldEditor} editor */
  function remove(editor) {
    const at = editors.indexOf(editor);
    editors.splice(at, 1);
    draft.fields.splice(at, 1);
    editor.element.remove();
    (editors[Math.min(at, editors.length - 1)]?.focus ?? (() => more.focus()))();
    changed();
  }
  /** @param {FieldEditor} editor @param {number} by */
  function move(editor, by) {
    const at = editors.indexOf(editor);
    const to = at + by;
    if (to < 0 || to >= editors.length) return;
    const focused = document.activeElement;
    for (const all of /** @type {unknown[][]} */ ([editors, draft.fields])) all.splice(to, 0, all.splice(at, 1)[0]);
    fill(list, editors.map(({ element }) => element));
    if (focused instanceof HTMLElement) focused.focus();
    changed();
  }

  function changed() {
    isTouched = true;
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), REST);
  }

  /** The body, or null when something in it can't be sent. */
  function body() {
    const { declaration, faults } = declarationOf(draft);
    clear();
    for (const { at, text } of faults) place(at.split("."), text);
    if (faults.length > 0) return null;
    return { model: draft.name.trim(), ...(draft.from === null ? {} : { from: draft.from }), declaration };
  }

  async function look() {
    const mine = (turn += 1);
    const sent = body();
    if (sent === null) return pane.waits();
    if (sent.model === "") return pane.waits();
    try {
      const { body: answer } = await call("POST", "/api/admin/schema/preview", { body: sent });
      if (mine === turn) pane.show(answer.data);
    } catch (error) {
      if (mine === turn) pane.fails(rest(error));
    }
  }

  async function save() {
    wasTried = true;
    clearTimeout(timer);
    turn += 1;
    const sent = body();
    if (draft.name.trim() === "") rows.get("model")?.setFault("A model needs a name.");
    const etag = pane.etag();
    if (sent === null || sent.model === "" || etag === null) return focusFault();
    try {
      const accept = pane.acceptsStop() ? { accept_stop: true } : {};
      const answer = await call("PUT", "/api/admin/schema", { body: { ...sent, ...accept }, headers: { "If-Match": etag } });
      saved(answer.body.data);
    } catch (error) {
      pane.fails(rest(error));
      focusFault();
    }
  }

  /** Puts faults where they belong; what is left is shown beside. @param {unknown} error */
  function rest(error) {
    if (!(error instanceof ApiError) || error.fields.length === 0) return errorNotice(error, error instanceof ApiError && error.status === 412 ? look : null);
    const names = draft.fields.map((field) => field.name.trim());
    const left = error.fields.filter(({ loc, msg }) => {
      const [, first, second, third, ...more] = loc.map(String);
      const text = msg.replace(/^Value error, /, "").replaceAll("`", "");
      if (first === "model" || first === "from") return !place(["model"], text);
      if (second === "fields" && third !== undefined) return !place(["fields", String(names.indexOf(third)), ...more], text);
      return !place([second ?? "", ...more], text);
    });
    if (left.length === 0) return h("p", { class: "dim" }, "Something is still to be mended at the left.");
    return errorNotice(new ApiError(422, { detail: left }));
  }

  function clear() {
    for (const row of rows.values()) row.setFault(null);
    for (const editor of editors) for (const row of editor.rows.values()) row.setFault(null);
  }

  /** Whether there was a place for it. @param {string[]} at @param {string} text */
  function place([first = "", index = "", key = "name"], text) {
    const editor = first === "fields" ? editors[Number(index)] : undefined;
    const row = editor ? (editor.rows.get(key) ?? editor.rows.get("name")) : rows.get(first);
    if (!row) return false;
    const isEmpty = row.control.value === "";
    if (wasTried || !isEmpty) {
      row.setFault(text);
      if (editor && !["name", "type", "references", "required"].includes(key)) editor.open();
    }
    return true;
  }

  function focusFault() {
    /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid=true]"))?.focus();
  }

  const more = h("button", { type: "button", class: "button", on: { click: () => (draft.fields.push(fieldDraft()), add(/** @type {any} */ (draft.fields.at(-1))).focus(), changed()) } }, icon("add"), "Add a field");
  draft.fields.forEach(add);
  const form = h(
    "form",
    { class: "design-form", novalidate: true, on: { submit: (/** @type {Event} */ event) => (event.preventDefault(), void save()) } },
    h("div", { class: "design-pair" }, of("model"), of("description")),
    access.element,
    h("div", null, h("h2", null, "Fields"), list, h("div", { class: "form-actions" }, more)),
    h("details", { class: "design-more" }, h("summary", null, "More of the model"), h("div", { class: "design-keys" }, ["id", "on_owner_delete", "unique", "indexes", "realtime"].map(of))),
  );
  if (model !== null) void look();
  return {
    element: h("div", { class: "design-two" }, form, pane.element),
    isDirty: () => isTouched,
    focus: () => (model === null ? name.focus() : undefined),
  };
}
