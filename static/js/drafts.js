/**
 * What was typed and is not saved, for as long as the page lives: a form that is closed, fails, or is lost to a session's
 * end has it again when it is opened. In memory alone, since it may be secret; leaving the page asks first.
 */

/** @typedef {{ item: import("./api.js").Item | null, etag: string | null, texts: import("./form-values.js").Texts, isConflict?: boolean }} Draft `isConflict`: somebody else is known to have saved meanwhile */

/** @type {Map<string, Draft>} */
const kept = new Map();
/** @type {string | null} */
let keeper = null;

/**
 * @param {string} model
 * @param {string} record
 */
function keyOf(model, record) {
  return `${model}/${record}`;
}

/**
 * @param {string} model
 * @param {string} record
 * @returns {Draft | undefined}
 */
export function draftOf(model, record) {
  return kept.get(keyOf(model, record));
}

/**
 * @param {string} model
 * @param {string} record
 * @param {Draft} draft
 */
export function keepDraft(model, record, draft) {
  kept.set(keyOf(model, record), draft);
}

/**
 * @param {string} model
 * @param {string} record
 */
export function dropDraft(model, record) {
  kept.delete(keyOf(model, record));
}

/** Drops the drafts of anybody but this user; without one, all. @param {string | null} user */
export function keepDraftsOf(user) {
  if (user !== keeper) kept.clear();
  keeper = user;
}

window.addEventListener("beforeunload", (event) => {
  if (kept.size > 0) event.preventDefault();
});
