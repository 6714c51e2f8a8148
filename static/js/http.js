/**
 * One request to this server and its answer, or an `ApiError` that says what was wrong. It knows nothing of sessions:
 * `api.js` adds the token and what follows from a 401.
 */

import { parseJson, writeJson } from "./json.js";

/** @typedef {{ type: string, loc: (string | number)[], msg: string }} FieldError */
/** `plain` answers are text, not JSON. */
/** @typedef {{ body?: unknown, token?: string | null, headers?: Record<string, string>, keepalive?: boolean, plain?: boolean, signal?: AbortSignal }} Options */
/** @typedef {{ status: number, body: any, etag: string | null }} Answer */

/** What the server answered instead of a success; status 0 when it did not answer. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {{ detail?: unknown, code?: string, request_id?: string, challenge?: string }} body
   * @param {number | null} retryAfter seconds
   */
  constructor(status, body, retryAfter = null) {
    super(typeof body.detail === "string" ? body.detail : "Some fields are not valid");
    this.name = "ApiError";
    this.status = status;
    this.code = body.code ?? "";
    /** With what a sign-in goes on, where it needs a second factor. */
    this.challenge = body.challenge ?? "";
    this.requestId = body.request_id ?? "";
    this.retryAfter = retryAfter;
    /** @type {FieldError[]} */
    this.fields = Array.isArray(body.detail) ? body.detail : [];
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export async function send(method, path, options = {}) {
  const headers = new Headers(options.headers);
  if (!options.plain) headers.set("Accept", "application/json");
  if (options.token) headers.set("Authorization", `Bearer ${options.token}`);
  /** @type {RequestInit} */
  const init = { method, headers, credentials: "same-origin", redirect: "error", keepalive: options.keepalive ?? false };
  if (options.signal) init.signal = options.signal;
  if (options.body !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = writeJson(options.body);
  }
  const response = await reach(path, init);
  const body = await read(response, options.plain === true && response.ok);
  if (!response.ok) throw new ApiError(response.status, body, seconds(response.headers.get("Retry-After")));
  return { status: response.status, body, etag: response.headers.get("ETag") };
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function reach(path, init) {
  try {
    return await fetch(path, init);
  } catch {
    throw new ApiError(0, { detail: "Hearth does not answer" });
  }
}

/**
 * @param {Response} response
 * @param {boolean} isPlain
 */
async function read(response, isPlain) {
  let text;
  try {
    text = await response.text();
  } catch {
    throw new ApiError(0, { detail: "The answer broke off" });
  }
  if (isPlain) return text;
  try {
    return text === "" ? {} : parseJson(text);
  } catch {
    // Something between the browser and Hearth answered, a proxy for instance.
    throw new ApiError(response.ok ? 502 : response.status, { detail: "The answer is not JSON" });
  }
}

/** @param {string | null} header */
function seconds(header) {
  const value = Number(header);
  return header !== null && Number.isFinite(value) && value >= 0 ? value : null;
}
