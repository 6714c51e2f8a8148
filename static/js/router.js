/**
 * Where one is: the address's hash, read and written. `#/models/items/17?sort=-name`. A sign-in has no address of its
 * own: it stands in for the page until somebody is signed in, so that one is then where one wanted to be.
 */

/**
 * @typedef {{ page: "models" }
 *   | { page: "register" }
 *   | { page: "sign-in", error: string }
 *   | { page: "setup", token: string }
 *   | { page: "link", kind: string, token: string }
 *   | { page: "api", model: string | null }
 *   | { page: "records", model: string, record: string | null, query: Query }
 *   | { page: "executions", run: string | null, search: string }
 *   | { page: "second-factor", challenge: string, returnTo: string }
 *   | { page: "schema", form: boolean, model: string | null }
 *   | { page: Place }
 *   | { page: "unknown" }} Route
 */
/** Pages whose address is their name. @typedef {"account" | "people" | "api-keys" | "audit" | "operations" | "workers" | "schedules" | "log" | "backups"} Place */
/** @typedef {[field: string, value: string]} Filter a field equals a value; one name twice means either */
/** @typedef {{ sort: string | null, filters: Filter[] }} Query */

/** What stands before a field's name in the address, since a field may be called `sort`. */
const FILTER = "f.";

/** @type {readonly string[]} */
const PLACES = ["account", "people", "api-keys", "audit", "operations", "workers", "schedules", "log", "backups"];

/** The record in the address of the form for a new one; no id is a word. */
export const NEW = "new";

/**
 * @param {string} hash
 * @returns {Route}
 */
export function parseRoute(hash) {
  const [path = "", search = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const [first = "", second, third, ...more] = path.split("/").map(decode);
  if (more.length > 0) return { page: "unknown" };
  if (first === "" || (first === "models" && !second)) return { page: "models" };
  if (first === "register" && second === undefined) return { page: "register" };
  if (first === "sign-in" && second === undefined)
    return { page: "sign-in", error: new URLSearchParams(search).get("error") ?? "" };
  if (first === "second-factor" && second === undefined) return secondFactor(new URLSearchParams(search));
  if (PLACES.includes(first) && second === undefined) return { page: /** @type {Place} */ (first) };
  if (first === "executions" && third === undefined) return { page: "executions", run: second || null, search };
  if (first === "setup" && second) return { page: "setup", token: second };
  if (/^((forgot|reset)-password|(verify|change)-email)$/.test(first) && third === undefined)
    return { page: "link", kind: first, token: second ?? "" };
  if (first === "schema" && (second === undefined || second === "model"))
    return { page: "schema", form: second !== undefined, model: third || null };
  if (first === "api" && third === undefined) return { page: "api", model: second || null };
  if (first !== "models" || !second) return { page: "unknown" };
  const query = new URLSearchParams(search);
  return {
    page: "records",
    model: second,
    record: third || null,
    query: { sort: query.get("sort"), filters: filtersOf(query) },
  };
}

/** @param {URLSearchParams} query @returns {Route} */
function secondFactor(query) {
  return { page: "second-factor", challenge: query.get("challenge") ?? "", returnTo: query.get("return_to") ?? "" };
}

/**
 * @param {URLSearchParams} query
 * @returns {Filter[]}
 */
function filtersOf(query) {
  return [...query].filter(([name]) => name.startsWith(FILTER)).map(([name, value]) => [name.slice(FILTER.length), value]);
}

/**
 * The address of a model's table, or of one of its records with the table behind it.
 * @param {string} model
 * @param {string | null} [record]
 * @param {Partial<Query>} [query]
 */
export function recordsHref(model, record = null, query = {}) {
  const parameters = new URLSearchParams();
  if (query.sort) parameters.set("sort", query.sort);
  for (const [name, value] of query.filters ?? []) parameters.append(FILTER + name, value);
  const search = parameters.size > 0 ? `?${parameters}` : "";
  return `#/models/${model}${record === null ? "" : `/${encodeURIComponent(record)}`}${search}`;
}

/** The page with calls of the API, at a model. @param {string} [model] */
export function apiHref(model) {
  return model === undefined ? "#/api" : `#/api/${model}`;
}

/** The models' shape; or the form for one of them, or for a new one. @param {string | null} [model] */
export function schemaHref(model = null, isNew = false) {
  return model !== null ? `#/schema/model/${model}` : isNew ? "#/schema/model" : "#/schema";
}

/** @returns {Route} */
export function currentRoute() {
  return parseRoute(location.hash);
}

/**
 * Goes to `href`. `state` stays with the entry in the history, also over a reload.
 * @param {string} href
 * @param {{ replace?: boolean, state?: unknown }} [options]
 */
export function go(href, options = {}) {
  if (options.replace) history.replaceState(options.state ?? null, "", href);
  else history.pushState(options.state ?? null, "", href);
  // What pushState and replaceState do not do by themselves.
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
