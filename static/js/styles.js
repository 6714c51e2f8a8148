/** Style sheets of pages that few visits come to: loaded with the first of them, so that a sign-in does not wait. */

import { h } from "./html.js";

/** @type {Map<string, Promise<void>>} */
const loaded = new Map();

/**
 * Resolves once the sheet holds, or can't be had.
 * @param {string} name
 */
export function withStyles(name) {
  const known = loaded.get(name);
  if (known) return known;
  const promise = new Promise((/** @type {(value: void) => void} */ resolve) => {
    const done = () => resolve();
    document.head.append(
      h("link", { rel: "stylesheet", href: `/console/css/${name}.css`, on: { load: done, error: done } }),
    );
  });
  loaded.set(name, promise);
  return promise;
}
