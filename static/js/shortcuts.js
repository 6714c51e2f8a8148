/**
 * Keys that do something wherever one is. A page says which it has while it is shown; the help lists all that hold. Plain
 * letters do nothing while one is typing.
 */

/** @typedef {{ keys: string, does: string, group: string, run?: () => unknown }} Shortcut `keys`: "Ctrl+K", "/" or "G M"; without `run` it is only listed */

/** @type {Set<Shortcut[]>} */
const groups = new Set();
let before = "";
let beforeAt = 0;
/** The second key of two must come within this, in milliseconds. */
const PAUSE = 1_200;

/**
 * @param {Shortcut[]} shortcuts
 * @returns {() => void} takes them away
 */
export function shortcuts(shortcuts) {
  groups.add(shortcuts);
  return () => groups.delete(shortcuts);
}

/** All that hold now. @returns {Shortcut[]} */
export function allShortcuts() {
  return [...groups].flat();
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const name = nameOf(event);
  const isPlain = !name.startsWith("Ctrl+");
  if (isPlain && (isTyping(event.target) || document.querySelector("dialog[open]"))) return;
  const pair = event.timeStamp - beforeAt < PAUSE ? `${before} ${name}` : name;
  const found = find(pair) ?? find(name);
  before = name;
  beforeAt = event.timeStamp;
  if (!found) return;
  before = "";
  event.preventDefault();
  void found.run?.();
}

/** The one that was said last. @param {string} keys */
function find(keys) {
  return allShortcuts().findLast((one) => one.run !== undefined && one.keys === keys);
}

/** @param {KeyboardEvent} event */
export function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" && target.type !== "radio";
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

window.addEventListener("keydown", pressed);
