/**
 * The models and their fields, read from the OpenAPI document. Pure: no requests, no elements. What a schema does not
 * say is taken as allowed; the server judges.
 */

/** @typedef {{ [key: string]: any }} Schema */
/**
 * @typedef {"string" | "integer" | "number" | "boolean" | "array" | "object"} Type
 * @typedef {{
 *   name: string, type: Type, nullable: boolean, format: string | null, options: string[] | null,
 *   required: boolean, initial: unknown, description: string, references: string | null,
 *   readOnly: boolean, writeOnly: boolean, inCreate: boolean, inUpdate: boolean, inItem: boolean,
 *   elements: { type: Type, options: string[] | null } | null, minLength: number | null, maxLength: number | null, minimum: number | null, maximum: number | null,
 * }} Field
 * @typedef {string[] | null} Rule Words of which one must hold; null when the document does not say.
 * @typedef {{ read: Rule, create: Rule, update: Rule, remove: Rule }} Access
 * @typedef {{ name: string, title: string, plural: string, description: string, fields: Field[], access: Access }} Model
 */

/** What Hearth adds to every record. */
export const OWN_FIELDS = ["id", "user_id", "created_at", "updated_at"];

/** One-word paths under /api that are no models. */
const RESERVED = new Set("auth executions workers changes admin actions batch files users search".split(" "));
const COLLECTION = /^\/api\/([a-z][a-z0-9_]*)$/;

/**
 * @param {Schema} document
 * @returns {Model[]} in the order of the document
 */
export function modelsOf(document) {
  const paths = document["paths"] ?? {};
  const models = [];
  for (const path of Object.keys(paths)) {
    const name = COLLECTION.exec(path)?.[1];
    if (name === undefined || RESERVED.has(name)) continue;
    const single = Object.keys(paths).find((other) => other.startsWith(`${path}/{`) && other.indexOf("}") === other.length - 1);
    if (single !== undefined) models.push(model(document, name, paths[path], paths[single]));
  }
  return models;
}

/**
 * @param {Schema} document
 * @param {string} name
 * @param {Schema} collection
 * @param {Schema} single
 * @returns {Model}
 */
function model(document, name, collection, single) {
  const answered = property(document, bodyOf(follow(document, single["get"]?.responses?.["200"])), "item");
  const item = resolve(document, answered);
  const created = recordBody(document, collection["post"]?.requestBody);
  const updated = recordBody(document, single["put"]?.requestBody);
  const tag = (document["tags"] ?? []).find((/** @type {Schema} */ one) => one["name"] === name);
  return {
    name,
    title: titleOf(item["title"] ?? answered?.["$ref"], name),
    plural: words(name),
    description: item["description"] ?? tag?.description ?? "",
    fields: fields(document, item, created, updated),
    access: {
      read: rule(collection["get"]),
      create: rule(collection["post"]),
      update: rule(single["put"]),
      remove: rule(single["delete"]),
    },
  };
}

/**
 * @param {Schema} document
 * @param {Schema} item
 * @param {Schema} created
 * @param {Schema} updated
 * @returns {Field[]}
 */
function fields(document, item, created, updated) {
  const names = new Set([created, item, updated].flatMap((schema) => Object.keys(schema["properties"] ?? {})));
  return [...names]
    .filter((name) => !OWN_FIELDS.includes(name))
    .map((name) => {
      const shown = resolve(document, item["properties"]?.[name]);
      const sent = resolve(document, created["properties"]?.[name] ?? updated["properties"]?.[name]);
      // Answers say a default as a value, bodies in a sentence of the description, which a form does not need.
      return {
        ...fieldOf(name, {
          ...shown,
          ...sent,
          description: shown["description"] ?? (name in (item["properties"] ?? {}) ? "" : sent["description"]),
        }),
        required: (created["required"] ?? []).includes(name),
        inCreate: name in (created["properties"] ?? {}),
        inUpdate: name in (updated["properties"] ?? {}),
        inItem: name in (item["properties"] ?? {}),
      };
    });
}

/**
 * @param {string} name
 * @param {Schema} schema resolved
 */
export function fieldOf(name, schema) {
  const types = [schema["type"] ?? (schema["enum"] ? "string" : "object")].flat();
  const type = /** @type {Type} */ (types.find((one) => one !== "null") ?? "object");
  const options = (schema["enum"] ?? []).filter((/** @type {unknown} */ one) => typeof one === "string");
  const target = schema["x-references"];
  return {
    name,
    type,
    nullable: types.includes("null"),
    // That of numbers is their size.
    format: type === "string" ? (schema["format"] ?? null) : null,
    options: type === "string" && options.length > 0 ? options : null,
    initial: schema["default"],
    description: schema["description"] ?? "",
    references: typeof target === "string" ? target : (target?.model ?? null),
    readOnly: schema["readOnly"] === true,
    writeOnly: schema["writeOnly"] === true,
    elements: type === "array" ? elementsOf(schema["items"]) : null,
    minLength: schema["minLength"] ?? null,
    maxLength: schema["maxLength"] ?? null,
    minimum: schema["minimum"] ?? schema["exclusiveMinimum"] ?? null,
    maximum: schema["maximum"] ?? schema["exclusiveMaximum"] ?? null,
  };
}

/** What is in an array, where it is one plain type. @param {Schema | undefined} items */
function elementsOf(items) {
  const type = items?.["type"];
  if (!["string", "integer", "number"].includes(type)) return null;
  const options = (items?.["enum"] ?? []).filter((/** @type {unknown} */ one) => typeof one === "string");
  return { type, options: options.length > 0 ? options : null };
}

/**
 * Follows `$ref`, merges `allOf`, and makes `anyOf` and `oneOf` with null a nullable type.
 * @param {Schema} document
 * @param {Schema | undefined} schema
 * @param {number} [depth]
 * @returns {Schema}
 */
export function resolve(document, schema, depth = 0) {
  if (schema === undefined || depth > 20) return {};
  if (typeof schema["$ref"] === "string") {
    const { $ref, ...beside } = schema;
    return { ...resolve(document, pointed(document, $ref), depth + 1), ...beside };
  }
  if (Array.isArray(schema["allOf"])) {
    const { allOf, ...beside } = schema;
    return [...allOf.map((part) => resolve(document, part, depth + 1)), beside].reduce(merge, {});
  }
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (!Array.isArray(choices)) return schema;
  const { anyOf: _any, oneOf: _one, ...beside } = schema;
  const resolved = choices.map((choice) => resolve(document, choice, depth + 1));
  const main = resolved.find((choice) => choice["type"] !== "null") ?? {};
  const nullable = resolved.some((choice) => choice["type"] === "null");
  const type = nullable && main["type"] !== undefined ? { type: [main["type"], "null"].flat() } : {};
  return { ...main, ...beside, ...type };
}

/**
 * @param {Schema} left
 * @param {Schema} right
 */
function merge(left, right) {
  const properties = { ...left["properties"], ...right["properties"] };
  const required = [...(left["required"] ?? []), ...(right["required"] ?? [])];
  return { ...left, ...right, properties, required };
}

/**
 * @param {Schema} document
 * @param {string} reference `#/components/schemas/Item`
 * @returns {Schema | undefined}
 */
function pointed(document, reference) {
  if (!reference.startsWith("#/")) return undefined;
  /** @type {any} */
  let place = document;
  for (const step of reference.slice(2).split("/")) {
    place = place?.[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return place;
}

/**
 * What stands in its place, or where it points to.
 * @param {Schema} document
 * @param {Schema | undefined} holder
 */
function follow(document, holder) {
  return typeof holder?.["$ref"] === "string" ? pointed(document, holder["$ref"]) : holder;
}

/** @param {Schema | undefined} holder a request body or an answer */
function bodyOf(holder) {
  return holder?.["content"]?.["application/json"]?.schema;
}

/**
 * The schema of one record in a body which may also be a list of them.
 * @param {Schema} document
 * @param {Schema | undefined} body
 */
function recordBody(document, body) {
  const schema = bodyOf(follow(document, body));
  const choices = schema?.["oneOf"] ?? schema?.["anyOf"] ?? [schema];
  const resolved = choices.map((/** @type {Schema} */ choice) => resolve(document, choice));
  return resolved.find((/** @type {Schema} */ choice) => choice["properties"] !== undefined) ?? {};
}

/**
 * @param {Schema} document
 * @param {Schema | undefined} schema
 * @param {string} name
 * @returns {Schema | undefined}
 */
function property(document, schema, name) {
  return resolve(document, schema)["properties"]?.[name];
}

/**
 * @param {Schema | undefined} operation
 * @returns {Rule}
 */
function rule(operation) {
  const access = operation?.["x-access"];
  if (typeof access === "string") return access.split(",").map((word) => word.trim());
  return Array.isArray(access) ? access : null;
}

/**
 * Whether the user may likely do it; the server decides.
 * @param {Rule} words
 * @param {{ id: string, role: string, readOnly?: boolean }} user
 * @param {unknown} [owner] the record's `user_id`, when it is about one record
 */
export function may(words, user, owner) {
  if (user.readOnly) return false;
  if (words === null || user.role === "admin") return true;
  return words.some(
    (word) =>
      word === "anyone" ||
      word === "signed_in" ||
      word === `role:${user.role}` ||
      (word === "owner" && (owner === undefined || owner === user.id)),
  );
}

/** `blog_posts` is "Blog posts". @param {string} name */
export function words(name) {
  const text = name.replaceAll("_", " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * One record's name, "Blog post": from the schema's title or from its own name, `#/components/schemas/BlogPost`, which knows
 * more of singulars than could be guessed here.
 * @param {unknown} known
 * @param {string} name
 */
function titleOf(known, name) {
  if (typeof known !== "string")
    return words(name)
      .replace(/ies$/, "y")
      .replace(/(?<=[^s])s$/, "");
  const last = known.slice(known.lastIndexOf("/") + 1);
  return words(last.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase());
}
