/** How a user likes to see a model's records: which columns, and views with names. Kept in this browser, for each user and model. */

/** @typedef {{ name: string, sort: string | null, filters: import("./router.js").Filter[], columns: string[] | null }} View */
/** @typedef {{ columns: string[] | null, views: View[] }} Liking */

/**
 * @param {string} user
 * @param {string} model
 */
function keyOf(user, model) {
  return `hearth.views.${user}.${model}`;
}

/**
 * @param {string} user
 * @param {string} model
 * @returns {Liking}
 */
export function likingOf(user, model) {
  try {
    return readLiking(localStorage.getItem(keyOf(user, model)));
  } catch {
    return readLiking(null);
  }
}

/**
 * @param {string} user
 * @param {string} model
 * @param {Liking} liking
 */
export function keepLiking(user, model, liking) {
  try {
    localStorage.setItem(keyOf(user, model), JSON.stringify(liking));
  } catch {
    // Storage may be forbidden or full; then it lasts until the page is left.
  }
}

/**
 * What is there may be older than this code, or somebody's own: what does not fit is left out.
 * @param {string | null} text
 * @returns {Liking}
 */
export function readLiking(text) {
  /** @type {any} */
  let read = {};
  try {
    read = JSON.parse(text ?? "{}") ?? {};
  } catch {
    // Then there is nothing.
  }
  const views = Array.isArray(read.views) ? read.views.filter(isView) : [];
  return { columns: isTexts(read.columns) ? read.columns : null, views };
}

/** @param {any} view */
function isView(view) {
  return (
    typeof view?.name === "string" &&
    (view.sort === null || typeof view.sort === "string") &&
    (view.columns === null || isTexts(view.columns)) &&
    Array.isArray(view.filters) &&
    view.filters.every((/** @type {unknown} */ one) => isTexts(one) && /** @type {string[]} */ (one).length === 2)
  );
}

/** @param {unknown} value */
function isTexts(value) {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/**
 * A view of the same name is replaced.
 * @param {Liking} liking
 * @param {View} view
 * @returns {Liking}
 */
export function withView(liking, view) {
  const others = liking.views.filter(({ name }) => name !== view.name);
  return { ...liking, views: [...others, view].sort((left, right) => left.name.localeCompare(right.name)) };
}
