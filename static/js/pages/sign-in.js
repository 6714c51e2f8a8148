/** Signing in. It stands in for whatever page is in the address, which then appears. */

import { auth } from "../auth-store.js";
import { accountForm } from "../components/account-form.js";
import { notice } from "../components/notice.js";
import { providerLinks, refusalNotice } from "../components/providers.js";
import { h } from "../html.js";
import { currentRoute } from "../router.js";

const REASONS = {
  "": null,
  ended: { title: "Your session has ended", text: "Sign in to go on where you were." },
  elsewhere: { title: "You signed out in another tab", text: "" },
};

class HearthSignIn extends HTMLElement {
  connectedCallback() {
    const route = currentRoute();
    const refused = route.page === "sign-in" && route.error !== "" ? route.error : null;
    const reason = refused === null ? REASONS[auth.reason] : null;
    const hash = route.page === "sign-in" ? "" : location.hash;
    document.title = "Sign in · Hearth";
    this.replaceChildren(
      accountForm({
        title: "Sign in",
        intro: `to ${location.host}`,
        before: refused !== null ? refusalNotice(refused) : reason && notice("info", reason.title, reason.text),
        fields: [
          { name: "email", label: "Email", type: "email", autocomplete: "username" },
          { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
        ],
        action: "Sign in",
        submit: ({ email = "", password = "" }) => auth.signIn(email.trim(), password),
        remedy: (error) =>
          error.status === 401 ? { title: "Email and password don't match", remedy: "Check both, and try again." } : null,
        footer: [
          providerLinks(hash),
          h(
            "p",
            { class: "account-footer" },
            h("a", { href: "#/forgot-password" }, "Forgot password?"),
            h("br"),
            "No account yet? ",
            h("a", { href: "#/register" }, "Create one"),
          ),
        ],
      }),
    );
    this.querySelector("input")?.focus();
  }
}

customElements.define("hearth-sign-in", HearthSignIn);
