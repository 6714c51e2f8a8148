/** Says whether what one sees is live, or waits for the connection to come back. */

import { fill, h } from "../html.js";
import { live } from "../live.js";

/** @returns {{ element: HTMLElement, show: (isWatched: boolean) => void, end: () => void }} */
export function liveMark() {
  const element = h("span", { class: "live-mark", role: "status", hidden: true });
  let isWatched = false;
  const draw = () => {
    const isOpen = live.state === "open";
    element.hidden = !isWatched || live.state === "closed" || live.state === "connecting";
    element.classList.toggle("waiting", !isOpen);
    const text = isOpen ? "Live" : "Reconnecting…";
    element.title = isOpen ? "Changes appear by themselves" : "The connection is lost; it comes back by itself, and nothing is missed";
    if (element.textContent !== text) fill(element, text);
  };
  live.addEventListener("change", draw);
  return {
    element,
    show(watched) {
      isWatched = watched;
      draw();
    },
    end: () => live.removeEventListener("change", draw),
  };
}
