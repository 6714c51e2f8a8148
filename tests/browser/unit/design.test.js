/** A model's form: what it sends, and what it says of a change. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { declarationOf, fieldDraft, modelDraft } from "../../../static/js/design/declaration.js";
import { accessWords, columnsOf, curve, typeWords } from "../../../static/js/design/layout.js";

/** As docs/models.md has them. */
const DECLARED = {
  access: { read: "anyone", create: "role:editor", update: ["owner", "role:editor"], delete: "admin" },
  id: "uuid",
  description: "What customers owe",
  unique: [["year", "number"]],
  indexes: [["paid", "created_at"], ["year"]],
  on_owner_delete: "restrict",
  realtime: false,
  renamed_from: "bills",
  fields: {
    title: { type: "string", required: true, max_length: 200, description: "One line" },
    standing: { type: "string", enum: ["new", "known"], default: "new" },
    handle: { type: "string", min_length: 2, pattern: "^[a-z0-9_]+$", unique: "owner" },
    opened: { type: "string", format: "date-time", default: "now()" },
    percent: { type: "integer", minimum: 0, maximum: 100, multiple_of: 5, default: 50 },
    ratio: { type: "number", exclusive_minimum: 0, exclusive_maximum: 1, default: 0.5 },
    done: { type: "boolean", default: false, index: true },
    tags: { type: "array", items: "string", default: [], max_items: 20, unique_items: true },
    steps: { type: "array", items: { type: "string", min_length: 1 }, min_items: 1 },
    address: { type: "object", additional_properties: true, properties: { town: { type: "string", required: true } } },
    album: { references: "albums", required: true, on_delete: "cascade" },
    plays: { type: "integer", read_only: true, unique: true, renamed_from: "length" },
    odd: { type: "string", somewhat: { new: 1 } },
  },
};

test("what is not touched in the form comes out as it was", () => {
  assert.deepEqual(declarationOf(modelDraft("invoices", DECLARED)), { declaration: DECLARED, faults: [] });
  for (const access of ["owner", "shared_read", "admin", { read: ["signed_in"] }, { update: "admin" }]) {
    const { declaration } = declarationOf(modelDraft("a", { access, fields: {} }));
    const one = typeof access === "object" && access.read ? { read: "signed_in" } : access;
    assert.deepEqual(declaration, { access: one, fields: {} });
  }
});

test("an empty form says only what it must", () => {
  const draft = modelDraft();
  draft.fields.push({ ...fieldDraft(), name: " text " });
  assert.deepEqual(declarationOf(draft), { declaration: { fields: { text: { type: "string" } } }, faults: [] });
});

test("a new name keeps the values, of a field and of a model", () => {
  const draft = modelDraft("notes", { fields: { title: { type: "string" } } });
  draft.name = "memos";
  Object.assign(draft.fields[0] ?? {}, { name: "name" });
  assert.deepEqual(declarationOf(draft).declaration, { renamed_from: "notes", fields: { name: { type: "string", renamed_from: "title" } } });
});

test("what can't be sent is told at its control, all of it", () => {
  const draft = modelDraft("notes", { fields: { a: { type: "integer" }, b: { type: "array" }, c: { type: "number" } } });
  const [a, b, c] = draft.fields;
  if (a) a.texts["minimum"] = "many";
  if (b) b.texts["items"] = "{";
  if (c) Object.assign(c, { name: "a" });
  draft.fields.push(fieldDraft());
  assert.deepEqual(declarationOf(draft).faults.map(({ at }) => at), ["fields.0.minimum", "fields.1.items", "fields.2", "fields.3"]);
});

test("keys of another type are left behind when the type changes", () => {
  const draft = modelDraft("notes", { fields: { a: { type: "string", max_length: 3, required: true } } });
  if (draft.fields[0]) draft.fields[0].type = "boolean";
  assert.deepEqual(declarationOf(draft).declaration, { fields: { a: { type: "boolean", required: true } } });
});

/** @param {string} name @param {...string} targets */
const model = (name, ...targets) => /** @type {any} */ ({ name, fields: targets.map((target) => ({ name: target, references: { model: target } })) });

test("what refers stands left of what it refers to, also in a circle", () => {
  const names = (/** @type {any[]} */ models) => {
    const { columns, alone } = columnsOf(models);
    return [columns.map((column) => column.map(({ name }) => name)), alone.map(({ name }) => name)];
  };
  const chain = [model("lists"), model("tasks", "lists", "tasks"), model("notes"), model("comments", "tasks", "lists")];
  assert.deepEqual(names(chain), [[["comments"], ["tasks"], ["lists"]], ["notes"]]);
  const [columns] = names([model("a", "b"), model("b", "a")]);
  assert.equal(columns?.flat().length, 2);
  assert.deepEqual(names([model("self", "self")]), [[], ["self"]]);
});

test("access is told in words, the same for the same", () => {
  const access = { read: ["anyone"], create: ["signed_in"], update: ["owner", "role:editor"], delete: ["owner", "role:editor"] };
  assert.deepEqual(accessWords(access), [["read", "anyone"], ["create", "every user"], ["change, delete", "the owner or the role editor"]]);
  assert.equal(typeWords(/** @type {any} */ ({ type: "string", format: "date", enum: null, references: null })), "date");
  assert.equal(typeWords(/** @type {any} */ ({ type: "integer", references: { model: "a" } })), "→ a");
});

test("lines go from side to side, and around what stands one above the other", () => {
  assert.match(curve({ left: 0, right: 10, y: 5 }, { left: 60, right: 90, y: 7 }), /^M10 5 .* 60 7$/);
  assert.match(curve({ left: 60, right: 90, y: 5 }, { left: 0, right: 10, y: 7 }), /^M60 5 .* 10 7$/);
  assert.match(curve({ left: 0, right: 10, y: 5 }, { left: 0, right: 10, y: 7 }), /^M10 5 C28 5 28 7 10 7$/);
});
