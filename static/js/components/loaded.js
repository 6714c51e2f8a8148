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
  const place = h("div", { class: "loaded" }, loading("Loading…"));
  async function load() {
    try {
      const answer = await get();
      fill(place, show(answer, load));
    } catch (error) {
      fill(place, errorNotice(error, load));
    }
  }
  void load();
  return place;
}
