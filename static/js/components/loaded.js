/** A place that shows what a call answers: first that it waits, then the answer, or what went wrong with a way to try again. */

import { fill, h } from "../html.js";
import { errorNotice, loading } from "./notice.js";

/**
 * `load` shows anew what there is, without the waiting in between.
 * @template T
 * @param {() => Promise<T>} get
 * @param {(answer: T, load: () => Promise<void>) => import("../html.js").Child} show
 */
export function loaded(get, show) {
  const place = h("div", { class: "loaded", tabindex: "-1" }, loading("Loading…"));
  async function load() {
    try {
      const answer = await get();
      keepFocus(place, () => fill(place, show(answer, load)));
    } catch (error) {
      fill(place, errorNotice(error, load));
    }
  }
  void load();
  return place;
}

/**
 * What is shown anew may take away what has the focus; the keyboard then goes on from the place where it was.
 * @param {HTMLElement} place can have the focus
 * @param {() => void} work
 */
export function keepFocus(place, work) {
  const had = place.contains(document.activeElement);
  work();
  if (had && !place.contains(document.activeElement)) place.focus({ preventScroll: true });
}
