/** Everybody's API keys, for admins. */

import { aboutKey, endKey } from "../account/keys.js";
import { ask } from "../api.js";
import { dataTable } from "../components/data-table.js";
import { button } from "../components/panel.js";
import { h } from "../html.js";

/** @typedef {import("../account/keys.js").Key & { user: string, user_id: string }} OwnedKey */

class HearthAllKeys extends HTMLElement {
  connectedCallback() {
    const table = dataTable({
      label: "API keys",
      columns: ["Key", "Of", "May", ""],
      empty: "Nobody has any. One makes them on the account page.",
      get: () => ask("GET", "/api/admin/api-keys"),
      row: (/** @type {OwnedKey} */ key, load) => [
        h("span", { class: "row-text" }, h("span", { class: "row-title" }, key.name), h("code", { class: "dim" }, `${key.prefix}…`)),
        key.user,
        h("span", { class: "line-about" }, aboutKey(key)),
        button("Delete", () => endKey(`/api/admin/api-keys/${encodeURIComponent(key.id)}`, key.name, load), `Delete ${key.name} of ${key.user}`),
      ],
    });
    this.replaceChildren(
      h(
        "div",
        { class: "page wide" },
        h(
          "div",
          { class: "page-head" },
          h("div", null, h("h1", null, "API keys"), h("p", { class: "lead" }, "Programs that act in somebody’s name.")),
        ),
        table.element,
      ),
    );
  }
}

customElements.define("hearth-all-keys", HearthAllKeys);
