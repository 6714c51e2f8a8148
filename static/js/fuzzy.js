/** How well a text fits what somebody types to find it. Pure. */

/**
 * 0 where it does not fit; more is better. Words' beginnings count most, then a piece of the text, then its letters in order.
 * @param {string} text
 * @param {string} typed
 */
export function fit(text, typed) {
  const hay = text.toLowerCase();
  const needle = typed.trim().toLowerCase();
  if (needle === "") return 1;
  const at = hay.indexOf(needle);
  if (at === 0) return 100 - hay.length / 1000;
  if (at > 0) return (/[\s_/-]/.test(hay[at - 1] ?? "") ? 80 : 60) - hay.length / 1000;
  const parts = needle.split(/\s+/);
  if (parts.length > 1 && parts.every((part) => hay.includes(part))) return 40;
  return inOrder(hay, needle) ? 20 - hay.length / 1000 : 0;
}

/**
 * @param {string} hay
 * @param {string} needle
 */
function inOrder(hay, needle) {
  let from = 0;
  for (const letter of needle) {
    if (letter === " ") continue;
    const at = hay.indexOf(letter, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}

/**
 * The ones that fit, best first.
 * @template T
 * @param {T[]} all
 * @param {string} typed
 * @param {(one: T) => string} textOf
 * @param {number} [most]
 */
export function bestFits(all, typed, textOf, most = 12) {
  return all
    .map((one) => ({ one, score: fit(textOf(one), typed) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .slice(0, most)
    .map(({ one }) => one);
}
