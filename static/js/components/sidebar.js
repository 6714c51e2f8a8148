/** The way to every model, and what is the user's own: the API's docs, the theme, signing out. */

import { auth } from "../auth-store.js";
import { flushDeletions } from "../deletions.js";
import { explain } from "../errors.js";
import { h, icon } from "../html.js";
import { apiHref, go, recordsHref } from "../router.js";
import { brand } from "./brand.js";
import { stopSeeing } from "./view-banner.js";
import { themeButton } from "./theme-button.js";
import { toast } from "./toast.js";

export class HearthSidebar extends HTMLElement {
  /** What the search does; the shell says it. @type {() => unknown} */
  openPalette = () => {};

  connectedCallback() {
    this.show([]);
  }

  /** @param {import("../schema.js").Model[]} models */
  show(models) {
    this.replaceChildren(
      brand(),
      h(
        "button",
        { type: "button", class: "search-button", on: { click: () => void this.openPalette() } },
        icon("search"),
        h("span", null, "Search"),
        h("kbd", null, /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘K" : "Ctrl K"),
      ),
      h(
        "nav",
        { "aria-label": "Models and pages" },
        h("a", { href: "#/", class: "nav-head" }, "Models"),
        h(
          "ul",
          null,
          models.map((model) => h("li", null, item(recordsHref(model.name), model.plural, "model"))),
        ),
        h("hr"),
        item(apiHref(), "API", "api"),
      ),
      ...(auth.user?.role === "admin" ? [administration()] : []),
      foot(),
    );
  }

  /** Marks where one is. @param {import("../router.js").Route} route */
  mark(route) {
    const current = addressOf(route);
    for (const link of this.querySelectorAll('a[href^="#"]')) {
      if (link.getAttribute("href") === current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}

/** @param {import("../router.js").Route} route */
function addressOf(route) {
  if (route.page === "records") return recordsHref(route.model);
  if (route.page === "models") return "#/";
  return route.page === "api" ? apiHref() : `#/${route.page}`;
}

/**
 * @param {string} href
 * @param {string} text
 * @param {import("../html.js").IconName} sign
 */
function item(href, text, sign) {
  return h("a", { href, class: "nav-item" }, icon(sign), h("span", null, text));
}

/** What admins have beside the models. */
function administration() {
  return h(
    "nav",
    { "aria-label": "Administration", class: "nav-admin" },
    item("#/people", "People", "people"),
    item("#/api-keys", "API keys", "key"),
    item("#/audit", "Audit", "list"),
    item("#/operations", "Operations", "pulse"),
    item("#/log", "Log", "docs"),
    item("#/backups", "Backups", "save"),
  );
}

function foot() {
  const who = auth.user?.email ?? auth.user?.name ?? "Account";
  return h(
    "div",
    { class: "side-foot" },
    h(
      "a",
      { href: "#/account", class: "nav-item who", title: `Account: ${who}` },
      icon("person"),
      h("span", { class: "unseen" }, "Account: "),
      h("span", { class: "who-name" }, who),
      auth.user?.role === "admin" && h("span", { class: "chip" }, "admin"),
    ),
    h("a", { href: "/docs", class: "nav-item", target: "_blank", rel: "noopener" }, icon("docs"), h("span", null, "API docs")),
    themeButton(),
    h(
      "button",
      { type: "button", class: "nav-item", on: { click: signOut } },
      icon("leave"),
      h("span", null, auth.view === null ? "Sign out" : "Stop seeing as them"),
    ),
  );
}

export async function signOut() {
  // Who sees as another user leaves them, not Hearth.
  if (auth.view !== null) return stopSeeing();
  try {
    await flushDeletions();
    await auth.signOut();
    go("#/", { replace: true });
  } catch (error) {
    const { title, remedy } = explain(error);
    toast(`You are still signed in. ${title}. ${remedy}`);
  }
}

customElements.define("hearth-sidebar", HearthSidebar);
