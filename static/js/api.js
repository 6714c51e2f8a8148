/**
 * The calls that pages make, as the signed-in user. A 401 is answered by one renewal of the token and one more try;
 * if that fails too the session has ended. A 403 is only an error: it says nothing about the session.
 */

import { auth } from "./auth-store.js";
import { ApiError, send } from "./http.js";

/** @typedef {{ [field: string]: unknown, id: number | bigint | string }} Item */
/** @typedef {{ items: Item[], next_cursor: string | null, total: number }} Page */
/**
 * @typedef {{
 *   limit: number, sort: string, filters?: import("./router.js").Filter[], cursor?: string | null, offset?: number,
 *   total?: boolean, signal?: AbortSignal,
 * }} ListQuery
 */
/** @typedef {{ item: Item, etag: string | null }} Stored */

/**
 * @param {string} method
 * @param {string} path
 * @param {import("./http.js").Options} [options]
 */
export async function call(method, path, options = {}) {
  const token = await auth.token();
  try {
    return await send(method, path, { ...options, token });
  } catch (error) {
    if (error instanceof ApiError && error.code === "second_factor_setup_required") auth.demandFactor(true);
    if (!isUnauthorized(error)) throw error;
  }
  await auth.renew(token);
  try {
    return await send(method, path, { ...options, token: await auth.token() });
  } catch (error) {
    if (isUnauthorized(error)) auth.end();
    throw error;
  }
}

/**
 * Any call that has no function of its own here; gives the answer's body.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function ask(method, path, body) {
  return (await call(method, path, body === undefined ? {} : { body })).body;
}

/** Text, as of `/metrics`. @param {string} path @returns {Promise<string>} */
export async function readText(path) {
  return (await call("GET", path, { plain: true })).body;
}

/** @param {unknown} error */
function isUnauthorized(error) {
  return error instanceof ApiError && error.status === 401;
}

/** The API's own description, from which the console knows the models. */
export async function describe() {
  return (await call("GET", "/openapi.json")).body;
}

/**
 * @param {string} model
 * @param {ListQuery} query
 * @returns {Promise<Page>}
 */
export async function list(model, query) {
  const parameters = new URLSearchParams({ limit: String(query.limit), sort: query.sort });
  if (query.cursor) parameters.set("cursor", query.cursor);
  if (query.offset) parameters.set("offset", String(query.offset));
  if (query.total) parameters.set("total", "true");
  for (const [name, value] of query.filters ?? []) parameters.append(name, value);
  return (await call("GET", `/api/${model}?${parameters}`, query.signal ? { signal: query.signal } : {})).body;
}

/**
 * @param {string} model
 * @param {string} id
 * @returns {Promise<Stored>}
 */
export async function get(model, id) {
  return stored(await call("GET", recordPath(model, id)));
}

/**
 * `key` makes a repeated try safe: the same key and body create one record.
 * @param {string} model
 * @param {object} body
 * @param {string} key
 * @returns {Promise<Stored>}
 */
export async function create(model, body, key) {
  return stored(await call("POST", `/api/${model}`, { body, headers: { "Idempotency-Key": key } }));
}

/**
 * All of them or none.
 * @param {string} model
 * @param {object[]} bodies at most 1,000
 * @param {string} key as for `create`
 * @returns {Promise<Item[]>}
 */
export async function createAll(model, bodies, key) {
  return (await call("POST", `/api/${model}`, { body: bodies, headers: { "Idempotency-Key": key } })).body.items;
}

/**
 * Only if the record is still the one that `etag` names; else a 412.
 * @param {string} model
 * @param {string} id
 * @param {object} body the fields to change
 * @param {string | null} etag
 * @returns {Promise<Stored>}
 */
export async function update(model, id, body, etag) {
  return stored(await call("PUT", recordPath(model, id), { body, headers: etag ? { "If-Match": etag } : {} }));
}

/**
 * @param {string} model
 * @param {string} id
 * @param {boolean} [keepalive] also when the page is left
 */
export async function remove(model, id, keepalive = false) {
  await call("DELETE", recordPath(model, id), { keepalive });
}

/** A key for `create`; made without `crypto.randomUUID`, which plain http to another machine does not have. */
export function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, "0")).join("");
}

/**
 * @param {string} model
 * @param {string} id
 */
function recordPath(model, id) {
  return `/api/${model}/${encodeURIComponent(id)}`;
}

/**
 * @param {import("./http.js").Answer} answer
 * @returns {Stored}
 */
function stored(answer) {
  return { item: answer.body.item, etag: answer.etag };
}
