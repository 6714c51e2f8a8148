/** For whose role must have a second factor, and who has none yet: nothing else works before it is set up. */

import { factorSetUp } from "../account/factor-set-up.js";
import { auth } from "../auth-store.js";
import { brand } from "../components/brand.js";
import { errorNotice } from "../components/notice.js";
import { fill, h, style } from "../html.js";

class HearthNeedsFactor extends HTMLElement {
  connectedCallback() {
    document.title = "Set up a second factor · Hearth";
    const place = h("div", { class: "set-up" });
    const message = h("div");
    const out = async () => {
      try {
        await auth.signOut();
      } catch (error) {
        fill(message, errorNotice(error));
      }
    };
    this.replaceChildren(
      h(
        "main",
        { class: "account" },
        h(
          "div",
          { class: "account-card" },
          brand(),
          h("h1", null, "Set up a second factor"),
          h("p", { class: "intro" }, "Your role must have one. Until it has, nothing else works."),
          message,
          place,
          h(
            "p",
            { class: "account-footer" },
            h("button", { type: "button", class: "link", on: { click: out } }, "Sign out"),
          ),
        ),
      ),
    );
    void style("people");
    factorSetUp(place, { hasFactor: false, done: () => auth.demandFactor(false) });
  }
}

customElements.define("hearth-needs-factor", HearthNeedsFactor);
