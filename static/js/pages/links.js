/**
 * Where mailed links lead: each page asks first, and only its button uses the link up, since programs that look into
 * mails follow links. Also the page that asks for a link to a new password.
 */

import { accountForm } from "../components/account-form.js";
import { brand } from "../components/brand.js";
import { h } from "../html.js";
import { send } from "../http.js";
import { currentRoute, go } from "../router.js";

/** @typedef {import("../components/account-form.js").AccountField} AccountField */
/** @typedef {{ title: string, intro: string, fields: AccountField[], action: string, path: string, done: string, text: string }} Page */

/** @type {AccountField} */
const EMAIL = { name: "email", label: "Email", type: "email", autocomplete: "username" };
/** @type {AccountField} */
const PASSWORD = {
  name: "password",
  label: "New password",
  type: "password",
  autocomplete: "new-password",
  hint: "A few words that don't belong together are a good one.",
};

/** @type {{ [kind: string]: Page }} */
const PAGES = {
  "forgot-password": {
    title: "Forgot your password?",
    intro: "Type your address, and a link to choose a new one is mailed to it.",
    fields: [EMAIL],
    action: "Send the link",
    path: "reset-password",
    done: "Look into your mail",
    text: "If there is an account with this address, a link is on its way. It works once, for one hour. If none comes, ask who runs this server: it may send no mail.",
  },
  "reset-password": {
    title: "Choose a new password",
    intro: "All devices are signed out then.",
    fields: [PASSWORD],
    action: "Set the password",
    path: "reset-password/confirm",
    done: "Your password is set",
    text: "Sign in with it now.",
  },
  "verify-email": {
    title: "Confirm your address",
    intro: `for your account on ${location.host}`,
    fields: [],
    action: "Confirm",
    path: "verify-email/confirm",
    done: "Your address is confirmed",
    text: "Nothing else is to be done.",
  },
  "change-email": {
    title: "Use this address",
    intro: `for your account on ${location.host}, in place of the old one. Do this only if the account is yours.`,
    fields: [],
    action: "Use this address",
    path: "change-email/confirm",
    done: "Your address has changed",
    text: "Sign in with the new one from now on.",
  },
};

class HearthLink extends HTMLElement {
  connectedCallback() {
    const route = currentRoute();
    if (route.page !== "link") return;
    const page = PAGES[route.kind];
    if (!page) return;
    const token = route.token;
    document.title = `${page.title} · Hearth`;
    this.replaceChildren(
      accountForm({
        ...page,
        submit: async ({ email = "", password = "" }) => {
          const [field] = page.fields;
          const own = field === EMAIL ? { email: email.trim() } : field === PASSWORD ? { token, password } : { token };
          await send("POST", `/api/auth/${page.path}`, { body: own });
          this.#done(page);
        },
        remedy: (error) =>
          error.status === 403
            ? {
                title: "This link does not work any more",
                remedy: "A link works once and not for long, and only the newest one. Ask for a new one.",
              }
            : null,
        footer: h("p", { class: "account-footer" }, h("a", { href: "#/" }, "Back to Hearth")),
      }),
    );
    this.querySelector("input")?.focus();
  }

  /** @param {Page} page */
  #done(page) {
    // The token is used up; it need not stand in the history.
    history.replaceState(null, "", location.pathname);
    const heading = h("h1", { tabindex: "-1" }, page.done);
    this.replaceChildren(
      h(
        "main",
        { class: "account" },
        h(
          "div",
          { class: "account-card" },
          brand(),
          heading,
          h("p", { class: "intro", role: "status" }, page.text),
          h("button", { type: "button", class: "button main wide", on: { click: () => go("#/") } }, "Go on"),
        ),
      ),
    );
    heading.focus();
  }
}

customElements.define("hearth-link", HearthLink);
