/** Who did what, when and from where, for admins: the newest first, by user, action and time. */

import { ask } from "../api.js";
import { auditQuery, detailOf, PERIODS, spokenAction } from "../admin/audit-query.js";
import { dataTable } from "../components/data-table.js";
import { moment } from "../components/panel.js";
import { h } from "../html.js";

/**
 * @typedef {{
 *   id: number, at: string, action: string, user: string | null, user_email: string | null, target: string | null,
 *   target_email: string | null, address: string | null, detail: { [name: string]: unknown } | null,
 * }} Entry
 */

/** What is typed is asked for once it rests so long, in milliseconds. */
const REST = 300;
/** So much of an id is enough to tell it from the next; all of it is its title. */
const ID_SHOWN = 18;

class HearthAudit extends HTMLElement {
  #user = h("input", { type: "search", "aria-label": "User", placeholder: "E-mail address or id" });
  #action = h("input", { type: "search", "aria-label": "Action", placeholder: "Action, as sign_in", list: "audit-actions" });
  #actions = h("datalist", { id: "audit-actions" });
  #period = h("select", { "aria-label": "Time" }, PERIODS.map(({ name, text }) => h("option", { value: name }, text)));
  /** @type {Set<string>} */
  #seen = new Set();
  #table = dataTable({
    label: "Audit",
    columns: ["When", "What", "By", "To", "From", "Detail"],
    empty: "Nothing of this kind was noted.",
    get: (cursor) => this.#get(cursor),
    row: (/** @type {Entry} */ entry) => [
      moment(entry.at),
      h("span", { title: entry.action }, spokenAction(entry.action)),
      person(entry.user, entry.user_email),
      entry.target === entry.user ? null : person(entry.target, entry.target_email),
      entry.address,
      entry.detail && h("span", { class: "dim detail" }, detailOf(entry.detail)),
    ],
  });

  connectedCallback() {
    let timer = 0;
    const later = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.#table.load(), REST);
    };
    for (const input of [this.#user, this.#action]) input.addEventListener("input", later);
    this.#period.addEventListener("change", () => this.#table.load());
    this.replaceChildren(
      h(
        "div",
        { class: "page wide" },
        h(
          "div",
          { class: "page-head" },
          h("div", null, h("h1", null, "Audit"), h("p", { class: "lead" }, "Who did what, when and from where. Nothing here can be changed.")),
        ),
        h("div", { class: "filters", role: "search" }, this.#user, this.#action, this.#period, this.#actions),
        this.#table.element,
      ),
    );
  }

  /** @param {string | null} cursor */
  async #get(cursor) {
    const filter = { user: this.#user.value, action: this.#action.value, period: this.#period.value };
    const page = await ask("GET", `/api/admin/audit?${auditQuery(filter, cursor, Date.now())}`);
    for (const { action } of page.items) {
      if (this.#seen.has(action)) continue;
      this.#seen.add(action);
      this.#actions.append(h("option", { value: action }));
    }
    return page;
  }
}

/** @param {string | null} id @param {string | null} email */
function person(id, email) {
  if (email) return h("span", { title: id }, email);
  return id && h("code", { class: "dim", title: id }, id.length > ID_SHOWN ? `${id.slice(0, ID_SHOWN)}…` : id);
}

customElements.define("hearth-audit", HearthAudit);
