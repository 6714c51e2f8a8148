/**
 * Deleting that can be taken back: records are gone from sight at once, and from the server only after a few seconds, or
 * when the page is left. Until then Undo has nothing to restore: ids, owners and references are as they were.
 */

import { remove } from "./api.js";
import { toast } from "./components/toast.js";
import { explain } from "./errors.js";

const TIME = 8_000;
/** So many requests at a time. */
const ABREAST = 4;

/** @typedef {{ model: import("./schema.js").Model, ids: string[], close: () => void }} Waiting */

/** Says "change" when records come to be gone, or are back; `detail` is the model's name, and whether the list changed. */
export const deletions = new EventTarget();
/** @type {Map<string, Set<string>>} */
const gone = new Map();
/** @type {Set<Waiting>} */
const waiting = new Set();

/**
 * @param {string} model
 * @param {string} id
 */
export function isGone(model, id) {
  return gone.get(model)?.has(id) ?? false;
}

/**
 * @param {import("./schema.js").Model} model
 * @param {string[]} ids
 */
export function deleteSoon(model, ids) {
  const set = gone.get(model.name) ?? new Set();
  gone.set(model.name, set);
  for (const id of ids) set.add(id);
  const what = ids.length === 1 ? `${model.title.toLowerCase()} ${ids[0]}` : `${ids.length} ${model.plural.toLowerCase()}`;
  const note = toast(`Deleted ${what}`, {
    time: TIME,
    action: { label: "Undo", run: () => back(one) },
    onGone: () => void carryOut(one),
  });
  const one = { model, ids, close: note.close };
  waiting.add(one);
  tell(model.name, false);
}

/** @param {Waiting} one */
function back(one) {
  waiting.delete(one);
  for (const id of one.ids) gone.get(one.model.name)?.delete(id);
  tell(one.model.name, false);
}

/**
 * @param {Waiting} one
 * @param {boolean} [leaving]
 */
async function carryOut({ model, ids, ...one }, leaving = false) {
  waiting.forEach((other) => other.ids === ids && waiting.delete(other));
  const left = [...ids];
  /** @type {unknown[]} */
  const errors = [];
  const work = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      await remove(model.name, id, leaving).catch((error) => {
        // What somebody else deleted meanwhile is deleted.
        if (error?.status !== 404) errors.push(error);
      });
    }
  };
  one.close();
  await Promise.all(Array.from({ length: leaving ? ids.length : ABREAST }, work));
  for (const id of ids) gone.get(model.name)?.delete(id);
  if (errors.length > 0) {
    const { title, remedy } = explain(errors[0]);
    toast(`${errors.length} of ${ids.length} could not be deleted. ${title}. ${remedy}`, { time: 10_000, kind: "error" });
  }
  tell(model.name, true);
}

/** Carries out at once what waits. */
export async function flushDeletions(leaving = false) {
  await Promise.all([...waiting].map((one) => carryOut(one, leaving)));
}

/**
 * @param {string} model
 * @param {boolean} isDone
 */
function tell(model, isDone) {
  deletions.dispatchEvent(new CustomEvent("change", { detail: { model, isDone } }));
}

window.addEventListener("pagehide", () => void flushDeletions(true));
