/** A place that shows what a call answers, and asks again and again while somebody looks. */

import { keepFocus } from "../components/loaded.js";
import { errorNotice, loading } from "../components/notice.js";
import { fill, h } from "../html.js";

/**
 * @template T
 * @param {number} every milliseconds
 * @param {() => Promise<T>} get
 * @param {(answer: T, load: () => Promise<void>) => import("../html.js").Child} show
 */
export function polled(every, get, show) {
  const element = h("div", { class: "data", tabindex: "-1" }, loading("Loading…"));
  let timer = 0;
  let isOver = false;

  async function load() {
    clearTimeout(timer);
    try {
      const answer = document.visibilityState === "visible" ? await get() : null;
      if (isOver) return;
      if (answer !== null) keepPlace(() => fill(element, show(answer, load)));
    } catch (error) {
      if (!isOver) fill(element, errorNotice(error, load));
    }
    if (!isOver) timer = window.setTimeout(() => void load(), every);
  }
  /** The control of the same name has the focus again. @param {() => void} work */
  function keepPlace(work) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    const all = () => [...element.querySelectorAll("a, button")];
    const at = focused === null ? -1 : all().indexOf(focused);
    keepFocus(element, () => {
      work();
      if (at >= 0) /** @type {HTMLElement | undefined} */ (all()[at])?.focus({ preventScroll: true });
    });
  }
  return {
    element,
    begin: () => void load(),
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
