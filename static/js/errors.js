/** What went wrong, in the user's words, and what to do about it. Pure. */

import { ApiError } from "./http.js";

/** @typedef {{ title: string, remedy: string, canRetry: boolean }} Explanation */

/** A module that did not come. */
export class NotLoaded extends Error {}

/**
 * @param {unknown} error
 * @returns {Explanation}
 */
export function explain(error) {
  if (error instanceof NotLoaded) {
    return { title: "This page did not load", remedy: "The server may be busy, or away. Try again.", canRetry: true };
  }
  if (!(error instanceof ApiError)) {
    return { title: "The console made a mistake", remedy: "Reload the page. If it stays, please report it.", canRetry: false };
  }
  const detail = sentence(error.message);
  switch (error.status) {
    case 0:
      return { title: detail, remedy: "Is it running, and is this device connected? Then try again.", canRetry: true };
    case 403:
      return { title: detail, remedy: "Ask an admin if you need to.", canRetry: false };
    case 404:
      return { title: detail, remedy: "It was deleted, or it is somebody else's.", canRetry: false };
    case 422:
      return { title: detail, remedy: said(error), canRetry: false };
    case 429:
      return { title: "Too many tries", remedy: `${wait(error)} Then try again.`, canRetry: true };
    case 503:
      return { title: detail, remedy: `${wait(error)} Then try again.`, canRetry: true };
    default:
      return error.status >= 500
        ? { title: "Something went wrong inside Hearth", remedy: `Try again. ${trace(error)}`, canRetry: true }
        : { title: detail, remedy: "", canRetry: false };
  }
}

/**
 * Sorts an error by field: what can stand at one of `names`, and what is left to say elsewhere.
 * @param {ApiError} error
 * @param {string[]} names
 * @returns {{ faults: Map<string, string>, rest: string[] }}
 */
export function sortFaults(error, names) {
  /** @type {Map<string, string>} */
  const faults = new Map();
  /** @type {string[]} */
  const rest = [];
  for (const { loc, msg } of error.fields) {
    const [name, ...inner] = loc.slice(loc[0] === "body" ? 1 : 0).map(String);
    const said = spoken(msg);
    const text = inner.length > 0 ? `${inner.join(".")}: ${said}` : said;
    if (name === undefined || !names.includes(name)) rest.push(name === undefined ? said : `${name}: ${text}`);
    else faults.set(name, faults.has(name) ? `${faults.get(name)}. ${text}` : text);
  }
  // A conflict names its field in the sentence.
  if (error.status === 409) {
    const named = names.find((name) => error.message.includes(`\`${name}\``));
    if (named !== undefined) faults.set(named, plain(error.message));
  }
  return { faults, rest };
}

/** @param {ApiError} error */
function said(error) {
  return error.fields.map(({ loc, msg }) => `${loc.slice(1).join(".") || loc.join(".")}: ${spoken(msg)}`).join(". ");
}

/** A message without the class of error before it, which is for programs. @param {string} message */
function spoken(message) {
  const text = plain(message.replace(/^Value error, /, ""));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {ApiError} error */
function wait(error) {
  if (error.retryAfter === null) return "Wait a moment.";
  return error.retryAfter === 1 ? "Wait a second." : `Wait ${error.retryAfter} seconds.`;
}

/** @param {ApiError} error */
function trace(error) {
  return error.requestId ? `The log has the cause under ${error.requestId}.` : "The log has the cause.";
}

/** Without the marks around names. @param {string} text */
function plain(text) {
  return text.replaceAll("`", "");
}

/** @param {string} text */
function sentence(text) {
  return plain(text).replace(/\.$/, "");
}
