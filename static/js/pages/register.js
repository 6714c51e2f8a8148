/** A new account, and the first admin's. Both end signed in. */

import { auth } from "../auth-store.js";
import { accountForm } from "../components/account-form.js";
import { h } from "../html.js";
import { currentRoute } from "../router.js";

/** @type {import("../components/account-form.js").AccountField[]} */
const FIELDS = [
  { name: "name", label: "Name", type: "text", autocomplete: "name", note: "optional" },
  { name: "email", label: "Email", type: "email", autocomplete: "username" },
  {
    name: "password",
    label: "Password",
    type: "password",
    autocomplete: "new-password",
    hint: "A few words that don't belong together are a good one.",
  },
];

/** @param {{ [name: string]: string }} values */
function account({ name = "", email = "", password = "" }) {
  const given = name.trim();
  return { email: email.trim(), password, ...(given === "" ? {} : { name: given }) };
}

class HearthRegister extends HTMLElement {
  connectedCallback() {
    document.title = "Create an account · Hearth";
    this.replaceChildren(
      accountForm({
        title: "Create an account",
        intro: `on ${location.host}`,
        fields: FIELDS,
        action: "Create account",
        submit: (values) => auth.register(account(values)),
        remedy: (error) =>
          error.status === 403
            ? { title: "Registration is closed here", remedy: "Ask an admin to make an account for you." }
            : null,
        footer: h("p", { class: "account-footer" }, "Have an account? ", h("a", { href: "#/" }, "Sign in")),
      }),
    );
    this.querySelector("input")?.focus();
  }
}

class HearthSetup extends HTMLElement {
  connectedCallback() {
    document.title = "Set up · Hearth";
    this.replaceChildren(
      accountForm({
        title: "Welcome to Hearth",
        intro: "Make the first admin's account. An admin may read and change every model's records.",
        fields: FIELDS,
        action: "Create admin account",
        submit: (values) => {
          const route = currentRoute();
          return auth.setUp({ token: route.page === "setup" ? route.token : "", ...account(values) });
        },
        remedy: (error) =>
          error.status !== 422 && error.status >= 400 && error.status < 429
            ? {
                title: "This link does not work any more",
                remedy:
                  "It works once. Hearth says a new one whenever it starts without an admin; “hearth user create --admin EMAIL” works always.",
              }
            : null,
        footer: h("p", { class: "account-footer" }, h("a", { href: "#/" }, "Sign in instead")),
      }),
    );
    this.querySelector("input")?.focus();
  }
}

customElements.define("hearth-register", HearthRegister);
customElements.define("hearth-setup", HearthSetup);
