/**
 * The second step of a sign-in: a code of the app, or a recovery code. After a password it stands in for the sign-in
 * page; after a provider's sign-in it has an address, which holds the challenge.
 */

import { auth } from "../auth-store.js";
import { accountForm } from "../components/account-form.js";
import { fill, h } from "../html.js";
import { currentRoute, go } from "../router.js";

/**
 * @param {HTMLElement} place
 * @param {string} challenge
 * @param {() => unknown} again begins the sign-in anew
 * @param {() => unknown} [done]
 */
export function askForCode(place, challenge, again, done = () => {}) {
  document.title = "Second factor · Hearth";
  const back = () => h("button", { type: "button", class: "link", on: { click: again } }, "Begin again");
  fill(
    place,
    accountForm({
      title: "Second factor",
      intro: "Type the code that your authenticator app shows.",
      fields: [
        {
          name: "code",
          label: "Code",
          type: "text",
          autocomplete: "one-time-code",
          hint: "Without the app, one of your recovery codes does; each works once.",
        },
      ],
      action: "Go on",
      submit: async ({ code = "" }) => {
        await auth.goOn(challenge, code.trim());
        done();
      },
      remedy: (error) => {
        if (error.status !== 401) return null;
        return error.code === "invalid_credentials"
          ? { title: "The code is wrong, or was used already", remedy: "Wait for the app’s next one, and type that." }
          : { title: "This sign-in took too long, or had too many wrong codes", remedy: "Begin it again." };
      },
      footer: h("p", { class: "account-footer" }, back()),
    }),
  );
  place.querySelector("input")?.focus();
}

/** A page of this server, or the console. @param {string} address */
export function safeReturn(address) {
  try {
    const url = new URL(address, location.origin);
    if (address.startsWith("/") && url.origin === location.origin) return url.pathname + url.search + url.hash;
  } catch {
    // What is no address leads to the console.
  }
  return "/console/#/";
}

class HearthSecondFactor extends HTMLElement {
  connectedCallback() {
    const route = currentRoute();
    if (route.page !== "second-factor") return;
    const again = () => go("#/", { replace: true });
    askForCode(this, route.challenge, again, () => goTo(safeReturn(route.returnTo)));
  }
}

/** @param {string} address */
function goTo(address) {
  const hash = /^\/console\/?(#.*)?$/.exec(address);
  if (hash) go(hash[1] ?? "#/", { replace: true });
  else location.replace(address);
}

customElements.define("hearth-second-factor", HearthSecondFactor);
