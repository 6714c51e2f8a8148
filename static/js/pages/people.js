/** Everybody who may sign in, for admins: found by address or name, each with a drawer of what one can do. */

import { openPerson } from "../admin/person.js";
import { ask } from "../api.js";
import { auth } from "../auth-store.js";
import { dataTable } from "../components/data-table.js";
import { askByForm } from "../components/dialog-form.js";
import { moment } from "../components/panel.js";
import { toast } from "../components/toast.js";
import { h, icon } from "../html.js";

/**
 * @typedef {{
 *   id: string, email: string | null, name: string | null, role: string, email_verified: boolean, disabled: boolean,
 *   created_at: string, updated_at: string,
 * }} Person
 */

/** What is typed is asked for once it rests so long, in milliseconds. */
const REST = 200;
const PAGE = 50;

class HearthPeople extends HTMLElement {
  #search = h("input", { type: "search", "aria-label": "Search people", placeholder: "E-mail address, name or id" });
  #table = dataTable({
    label: "People",
    columns: ["Person", "Role", "State", "Since"],
    empty: "Nobody is found.",
    get: (cursor) => this.#get(cursor),
    row: (/** @type {Person} */ person, load) => [
      h(
        "button",
        { type: "button", class: "row-open", on: { click: () => openPerson(person, load) } },
        h("span", { class: "row-title" }, person.email ?? "no address"),
        person.name !== null && h("span", { class: "dim" }, person.name),
      ),
      h("span", { class: "chip" }, person.role),
      stateOf(person),
      moment(person.created_at),
    ],
  });

  connectedCallback() {
    let timer = 0;
    this.#search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.#table.load(), REST);
    });
    this.replaceChildren(
      h(
        "div",
        { class: "page wide" },
        h(
          "div",
          { class: "page-head" },
          h("div", null, h("h1", null, "People"), h("p", { class: "lead" }, "Who may sign in, and as what.")),
          h(
            "div",
            { class: "page-actions" },
            h("button", { type: "button", class: "button main", on: { click: () => this.#create() } }, icon("add"), "New user"),
          ),
        ),
        h("div", { class: "filters", role: "search" }, this.#search),
        this.#table.element,
      ),
    );
  }

  /** @param {string | null} cursor */
  #get(cursor) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    const search = this.#search.value.trim();
    if (search !== "") query.set("search", search);
    if (cursor) query.set("cursor", cursor);
    return ask("GET", `/api/admin/users?${query}`);
  }

  async #create() {
    const email = await askByForm({
      title: "New user",
      text: "Without a password the user sets one by “Forgot password?”.",
      fields: [
        { name: "email", label: "Email", type: "email", autocomplete: "off" },
        { name: "name", label: "Name", type: "text", autocomplete: "off", note: "optional" },
        { name: "password", label: "Password", type: "password", autocomplete: "new-password", note: "optional" },
      ],
      action: "Create",
      submit: async ({ email = "", name = "", password = "" }) => {
        const named = name.trim() === "" ? {} : { name: name.trim() };
        const secret = password === "" ? {} : { password };
        await ask("POST", "/api/admin/users", { email: email.trim(), ...named, ...secret });
        return email.trim();
      },
    });
    if (email === null) return;
    toast(`${email} is a user now`);
    await this.#table.load();
  }
}

/** @param {Person} person */
function stateOf(person) {
  if (person.disabled) return h("span", { class: "state bad" }, "disabled");
  if (person.id === auth.user?.id) return h("span", { class: "state good" }, "you");
  return person.email_verified ? h("span", { class: "state good" }, "verified") : h("span", { class: "state" }, "not verified");
}

customElements.define("hearth-people", HearthPeople);
