/** Says all the time, on every page, that one sees as somebody else, for how long still, and lets one stop. */

import { auth } from "../auth-store.js";
import { h, icon } from "../html.js";
import { go } from "../router.js";
import { toast } from "./toast.js";

const TICK = 1_000;

class HearthViewBanner extends HTMLElement {
  #left = h("span", { class: "view-left" });
  #timer = 0;

  connectedCallback() {
    const who = auth.user?.email ?? auth.user?.name ?? auth.user?.id ?? "";
    this.replaceChildren(
      h(
        "div",
        { class: "view-banner", role: "region", "aria-label": "Seeing as another user" },
        icon("info"),
        h("p", null, "You see as ", h("strong", null, who), h("span", { class: "view-more" }, ", and can change nothing. "), this.#left),
        h("button", { type: "button", class: "button small", on: { click: stopSeeing } }, "Stop"),
      ),
    );
    this.#tick();
    this.#timer = window.setInterval(() => this.#tick(), TICK);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #tick() {
    const left = (auth.view?.until ?? 0) - Date.now();
    if (auth.view !== null && left <= 0) {
      toast("The 15 minutes are over: you see as yourself again");
      stopSeeing();
      return;
    }
    const minutes = Math.ceil(left / 60_000);
    const text = minutes === 1 ? "Less than a minute left" : `${minutes} min left`;
    if (this.#left.textContent !== text) this.#left.textContent = text;
  }
}

export function viewBanner() {
  return document.createElement("hearth-view-banner");
}

export function stopSeeing() {
  go("#/people");
  auth.stopSeeing();
}

customElements.define("hearth-view-banner", HearthViewBanner);
