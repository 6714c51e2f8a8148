/** One's own account: who one is, how one signs in, and from where one is signed in. Each part is a module of its own. */

import { factorsPanel } from "../account/factors.js";
import { identitiesPanel } from "../account/identities.js";
import { keysPanel } from "../account/keys.js";
import { profilePanels } from "../account/profile.js";
import { sessionsPanel } from "../account/sessions.js";
import { auth } from "../auth-store.js";
import { h } from "../html.js";

class HearthAccount extends HTMLElement {
  connectedCallback() {
    this.replaceChildren(
      h(
        "div",
        { class: "page" },
        h(
          "div",
          { class: "page-head" },
          h("div", null, h("h1", null, "Account"), h("p", { class: "lead" }, auth.user?.email ?? "without an e-mail address")),
        ),
        profilePanels(),
        factorsPanel(),
        identitiesPanel(),
        sessionsPanel(),
        keysPanel(),
      ),
    );
  }
}

customElements.define("hearth-account", HearthAccount);
