/**
 * Between a model's declaration, in the words of config.toml, and the texts of a form. Pure. What the form has no control
 * for stays as it is.
 */

/** @typedef {{ [key: string]: any }} Json */
/** @typedef {{ name: string, original: string | null, type: string, texts: { [key: string]: string }, rest: Json }} FieldDraft */
/** @typedef {"read" | "create" | "update" | "delete"} Action */
/** @typedef {{ choice: string, rules: { [action in Action]: string[] }, said: string[] }} AccessDraft */
/**
 * @typedef {{
 *   name: string, from: string | null, description: string, id: string, on_owner_delete: string, realtime: boolean,
 *   unique: string, indexes: string, access: AccessDraft, fields: FieldDraft[], rest: Json,
 * }} ModelDraft
 */
/** @typedef {{ at: string, text: string }} Fault `at` is a place as `model`, `fields.0.minimum` */
/** @typedef {{ control: "text" | "integer" | "number" | "lines" | "json" | "check" | "choice", label: string, types: string[], options?: [string, string][], hint?: string }} Key */

/** @type {Action[]} */
export const ACTIONS = ["read", "create", "update", "delete"];
export const TYPES = ["string", "integer", "number", "boolean", "array", "object", "reference"];
const SCALARS = ["string", "integer", "number", "boolean", "reference"];
const NUMBERS = ["integer", "number"];
const FORMATS = ["date-time", "date", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname"];
const plain = (/** @type {string[]} */ words) => /** @type {[string, string][]} */ (words.map((word) => [word, word]));

/** The keys of a field that have a control, in the form's order. @type {{ [key: string]: Key }} */
export const KEYS = {
  references: { control: "choice", label: "Refers to", types: ["reference"] },
  on_delete: {
    control: "choice",
    label: "When the other is deleted",
    types: ["reference"],
    options: [["", "refuse that"], ["cascade", "delete this one, too"], ["set_null", "set this to null"]],
  },
  format: { control: "choice", label: "Format", types: ["string"], options: [["", "any text"], ...plain(FORMATS)] },
  enum: { control: "lines", label: "Only these values", types: ["string"], hint: "One a line." },
  min_length: { control: "integer", label: "Shortest", types: ["string"] },
  max_length: { control: "integer", label: "Longest", types: ["string"] },
  pattern: { control: "text", label: "Pattern", types: ["string"], hint: "^ and $ bind it to the whole." },
  minimum: { control: "number", label: "At least", types: NUMBERS },
  maximum: { control: "number", label: "At most", types: NUMBERS },
  exclusive_minimum: { control: "number", label: "More than", types: NUMBERS },
  exclusive_maximum: { control: "number", label: "Less than", types: NUMBERS },
  multiple_of: { control: "number", label: "Multiple of", types: NUMBERS },
  items: { control: "json", label: "Elements", types: ["array"], hint: "A type as string, or a whole field as {\"type\":\"string\"}." },
  min_items: { control: "integer", label: "Fewest", types: ["array"] },
  max_items: { control: "integer", label: "Most", types: ["array"] },
  unique_items: { control: "check", label: "No element twice", types: ["array"] },
  properties: { control: "json", label: "Members", types: ["object"], hint: "Fields by name, as {\"town\":{\"type\":\"string\"}}. Without them any object is taken." },
  additional_properties: { control: "check", label: "Other members, too", types: ["object"] },
  default: { control: "text", label: "Default", types: ["string", "integer", "number", "boolean", "array", "object"] },
  unique: {
    control: "choice",
    label: "Unique",
    types: SCALARS,
    options: [["", "no"], ["true", "as access says"], ["owner", "among the owner's"], ["global", "among all"]],
  },
  description: { control: "text", label: "Description", types: TYPES },
  renamed_from: { control: "text", label: "Former name", types: TYPES },
  index: { control: "check", label: "Indexed", types: SCALARS },
  read_only: { control: "check", label: "Only admins set it", types: TYPES },
  write_only: { control: "check", label: "Never shown", types: TYPES },
};

const OWNED = { read: ["owner"], create: ["signed_in"], update: ["owner"], delete: ["owner"] };
/** What the short names stand for. @type {{ [name: string]: { [action in Action]: string[] } }} */
export const SHORT = {
  owner: OWNED,
  shared_read: { ...OWNED, read: ["signed_in"] },
  public_read: { ...OWNED, read: ["anyone"] },
  authenticated: { read: ["signed_in"], create: ["signed_in"], update: ["signed_in"], delete: ["signed_in"] },
  admin: { read: ["admin"], create: ["admin"], update: ["admin"], delete: ["admin"] },
};

/** @param {string} [name] @param {Json} [declaration] @returns {ModelDraft} */
export function modelDraft(name = "", declaration = {}) {
  const { description = "", id = "", on_owner_delete = "", realtime = true, unique, indexes, access, fields = {}, ...rest } = declaration;
  return {
    name,
    from: name === "" ? null : name,
    description,
    id,
    on_owner_delete,
    realtime,
    unique: listText(unique),
    indexes: listText(indexes),
    access: accessDraft(access),
    fields: Object.entries(fields).map(([field, keys]) => fieldDraft(field, /** @type {Json} */ (keys))),
    rest,
  };
}

/** @param {string} [name] @param {Json} [declaration] @returns {FieldDraft} */
export function fieldDraft(name = "", declaration = {}) {
  const { type: declared = "string", required, ...keys } = declaration;
  const type = "references" in keys ? "reference" : String(declared);
  /** @type {{ [key: string]: string }} */
  const texts = { required: required === true ? "true" : "" };
  /** @type {Json} */
  const rest = {};
  for (const [key, value] of Object.entries(keys)) {
    if (KEYS[key]?.types.includes(type)) texts[key] = textOf(key, type, value);
    else rest[key] = value;
  }
  return { name, original: name === "" ? null : name, type, texts, rest };
}

/** @param {string} key @param {string} type @param {any} value */
function textOf(key, type, value) {
  const control = controlOf(key, type);
  if (control === "lines") return value.join("\n");
  if (control === "json") return typeof value === "string" && key === "items" ? value : JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  return control === "check" ? (value === true ? "true" : "") : String(value);
}

/** A default is written as its type is. @param {string} key @param {string} type @returns {Key["control"]} */
export function controlOf(key, type) {
  const control = KEYS[key]?.control ?? "text";
  if (key !== "default") return control;
  if (type === "integer" || type === "number") return type;
  return type === "string" ? "text" : type === "boolean" ? "choice" : "json";
}

/** What is sent, and what can't be. @param {ModelDraft} draft @returns {{ declaration: Json, faults: Fault[] }} */
export function declarationOf(draft) {
  /** @type {Fault[]} */
  const faults = [];
  /** @type {Json} */
  const fields = {};
  draft.fields.forEach((field, at) => {
    const name = field.name.trim();
    if (name === "") faults.push({ at: `fields.${at}`, text: "A field needs a name." });
    else if (Object.hasOwn(fields, name)) faults.push({ at: `fields.${at}`, text: "There is a field of this name already." });
    else fields[name] = keysOf(field, at, faults);
  });
  const access = accessOf(draft.access);
  const unique = listsOf(draft.unique);
  const indexes = listsOf(draft.indexes);
  const declaration = {
    ...(access === null ? {} : { access }),
    ...(draft.id === "" ? {} : { id: draft.id }),
    ...(draft.description.trim() === "" ? {} : { description: draft.description.trim() }),
    ...(unique.length === 0 ? {} : { unique }),
    ...(indexes.length === 0 ? {} : { indexes }),
    ...(draft.on_owner_delete === "" ? {} : { on_owner_delete: draft.on_owner_delete }),
    ...(draft.realtime ? {} : { realtime: false }),
    ...(draft.from !== null && draft.from !== draft.name.trim() ? { renamed_from: draft.from } : {}),
    ...draft.rest,
    fields,
  };
  return { declaration, faults };
}

/** @param {FieldDraft} field @param {number} at @param {Fault[]} faults */
function keysOf(field, at, faults) {
  /** @type {Json} */
  const keys = field.type === "reference" ? {} : { type: field.type };
  const texts = { ...field.texts };
  // A new name for what was there keeps its values.
  const isRenamed = field.original !== null && field.name.trim() !== field.original;
  if (isRenamed && (texts["renamed_from"] ?? "") === "") texts["renamed_from"] = field.original ?? "";
  for (const [key, { types }] of Object.entries(KEYS)) {
    const text = texts[key] ?? "";
    if (text === "" || !types.includes(field.type)) continue;
    try {
      keys[key] = valueOf(key, field.type, text);
    } catch (error) {
      faults.push({ at: `fields.${at}.${key}`, text: /** @type {Error} */ (error).message });
    }
  }
  if (texts["required"] === "true") keys["required"] = true;
  return { ...keys, ...field.rest };
}

/** @param {string} key @param {string} type @param {string} text @returns {unknown} */
function valueOf(key, type, text) {
  switch (controlOf(key, type)) {
    case "integer":
      if (!/^-?\d+$/.test(text.trim())) throw new Error("A whole number, please.");
      return Number(text);
    case "number":
      if (text.trim() === "" || !Number.isFinite(Number(text))) throw new Error("A number, please.");
      return Number(text);
    case "lines":
      return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    case "check":
      return true;
    case "json":
      if (key === "items" && /^[a-z]+$/.test(text.trim())) return text.trim();
      try {
        return JSON.parse(text);
      } catch {
        throw new Error("This is not JSON.");
      }
    case "choice":
      return key === "default" || text === "true" ? text === "true" : text;
    default:
      return text;
  }
}

/** @param {unknown} access @returns {AccessDraft} */
function accessDraft(access) {
  if (typeof access === "string" && access in SHORT) return { choice: access, rules: { ...OWNED, ...SHORT[access] }, said: [] };
  if (typeof access !== "object" || access === null) return { choice: "", rules: { ...OWNED }, said: [] };
  const rules = { ...OWNED };
  for (const action of ACTIONS) if (action in access) rules[action] = [/** @type {Json} */ (access)[action]].flat();
  return { choice: "custom", rules, said: Object.keys(access) };
}

/** Null: it is not said, which is the owner's. @param {AccessDraft} draft */
function accessOf({ choice, rules, said }) {
  if (choice !== "custom") return choice === "" ? null : choice;
  const own = ACTIONS.filter((action) => said.includes(action) || rules[action].join() !== OWNED[action].join());
  return Object.fromEntries(own.map((action) => [action, rules[action].length === 1 ? rules[action][0] : rules[action]]));
}

/** One list a line. @param {string[][] | undefined} lists */
function listText(lists) {
  return (lists ?? []).map((list) => list.join(", ")).join("\n");
}

/** @param {string} text */
function listsOf(text) {
  const split = (/** @type {string} */ line) => line.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return text.split("\n").map(split).filter((list) => list.length > 0);
}
