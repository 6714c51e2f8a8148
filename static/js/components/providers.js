/** Ways to sign in elsewhere, as the server has them; and what a sign-in there that came to nothing is told as. */

import { auth } from "../auth-store.js";
import { fill, h } from "../html.js";
import { send } from "../http.js";
import { notice } from "./notice.js";

/** By the word in the address; each says what to do next. @type {Record<string, [string, string]>} */
const WORDS = {
  access_denied: ["You are not signed in", "The sign-in was cancelled there."],
  account_disabled: ["This account can't sign in", "Ask an admin."],
  account_exists: [
    "There is an account with this e-mail address",
    "Sign in to it as before. Then that sign-in can be linked to it.",
  ],
  identity_taken: ["That sign-in belongs to another account", "Unlink it there first."],
  provider_error: ["The sign-in there failed", "Try again. If it stays, the server's log says why."],
  provider_unavailable: ["The sign-in there can't be reached", "Try again in a while, or sign in by password."],
  registration_closed: ["There is no account for you here", "Registration is closed: ask an admin for one."],
  session_ended: ["Your session has ended", "Sign in, and link it again."],
  sign_in_expired: ["This sign-in took too long, or was begun in another browser", "Begin again."],
  too_many_tries: ["Too many tries", "Wait a minute. Then try again."],
  unavailable: ["The server is busy", "Wait a moment. Then try again."],
};

/** @param {string} word @returns {[string, string]} */
export function explainRefusal(word) {
  return WORDS[word] ?? ["The sign-in failed", "Try again."];
}

/** @param {string} word */
export function refusalNotice(word) {
  return notice("error", ...explainRefusal(word));
}

/** The longest address to come back to; it travels in a cookie. */
const LONGEST = 500;

/** Links to each provider; nothing while there is none. @param {string} hash of the page to come back to */
export function providerLinks(hash) {
  const page = `/console/${hash.length > LONGEST ? "" : hash}`;
  const place = h("div", { class: "providers" });
  void show();
  return place;

  async function show() {
    // Who signs in by password needs none of them: without an answer there are none.
    const items = await send("GET", "/api/auth/providers").then(({ body }) => body.items, () => []);
    const links = items.map((/** @type {{ name: string, title: string }} */ { name, title }) =>
      h(
        "a",
        {
          class: "button wide",
          href: `/api/auth/oauth/${encodeURIComponent(name)}?return_to=${encodeURIComponent(page)}`,
          on: { click: () => auth.goElsewhere() },
        },
        `Continue with ${title}`,
      ),
    );
    fill(place, links);
  }
}
