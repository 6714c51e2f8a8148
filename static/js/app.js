/**
 * The root: asks who is signed in, and shows the sign-in or the shell. What is needed only when signed in is loaded only
 * then.
 */

import { auth } from "./auth-store.js";
import { errorNotice, loading } from "./components/notice.js";
import { explainRefusal } from "./components/providers.js";
import { toast } from "./components/toast.js";
import { keepDraftsOf } from "./drafts.js";
import { NotLoaded } from "./errors.js";
import { h } from "./html.js";
import { preloadPages } from "./preload.js";
import { currentRoute, go } from "./router.js";

class HearthApp extends HTMLElement {
  #shown = "";

  connectedCallback() {
    auth.addEventListener("change", () => this.#changed());
    window.addEventListener("hashchange", () => {
      askNoMore();
      this.#render();
    });
    void this.#restore();
  }

  async #restore() {
    // Whoever was signed in likely still is: their pages come while the server is asked.
    if (auth.isLikelyIn) void preloadPages();
    this.#show("loading", h("main", { class: "page-note" }, loading("Looking who is signed in…")));
    try {
      await auth.restore();
      this.#render();
    } catch (error) {
      this.#show(
        "unreachable",
        h(
          "main",
          { class: "page-note" },
          errorNotice(error, () => this.#restore()),
        ),
      );
    }
  }

  #changed() {
    if (auth.state === "unknown") {
      void this.#restore();
      return;
    }
    if (auth.state === "out") askNoMore();
    if (auth.state === "in") keepDraftsOf((auth.view?.self ?? auth.user)?.id ?? null);
    else if (auth.reason !== "ended") keepDraftsOf(null);
    const route = currentRoute();
    const { page } = route;
    if (auth.state === "in" && page === "sign-in") {
      // Somebody signed in wanted to link a further sign-in, which came to nothing.
      if (route.error !== "") toast(explainRefusal(route.error).join(". "));
      go("#/", { replace: true });
    }
    if (auth.state === "in" && (page === "register" || page === "setup")) go("#/", { replace: true });
    this.#render();
  }

  #render() {
    if (auth.state === "unknown") return;
    const { page } = currentRoute();
    const isIn = auth.state === "in";
    if (page === "second-factor") void this.#page("hearth-second-factor", () => import("./pages/second-factor.js"), location.hash);
    else if (page === "setup") void this.#page("hearth-setup", () => import("./pages/register.js"));
    else if (page === "link") void this.#page("hearth-link", () => import("./pages/links.js"), location.hash);
    else if (isIn && auth.needsFactor) void this.#page("hearth-needs-factor", () => import("./pages/needs-factor.js"));
    else if (isIn) void this.#page("hearth-shell", () => import("./pages/shell.js"), auth.user?.id);
    else if (page === "register") void this.#page("hearth-register", () => import("./pages/register.js"));
    else void this.#page("hearth-sign-in", () => import("./pages/sign-in.js"), auth.reason);
  }

  /**
   * @param {string} tag
   * @param {() => Promise<unknown>} load the module that defines it
   * @param {string} [variant] a page is made anew when it differs
   */
  async #page(tag, load, variant = "") {
    const key = `${tag} ${variant}`;
    if (this.#shown === key) return;
    this.#shown = key;
    try {
      await load();
    } catch {
      this.#shown = "";
      this.replaceChildren(h("main", { class: "page-note" }, errorNotice(new NotLoaded(), () => this.#render())));
      return;
    }
    if (this.#shown === key) this.replaceChildren(document.createElement(tag));
  }

  /**
   * @param {string} key
   * @param {HTMLElement} content
   */
  #show(key, content) {
    this.#shown = key;
    this.replaceChildren(content);
  }
}

/** A question belongs to the page on which it was asked. */
function askNoMore() {
  for (const dialog of document.querySelectorAll("dialog.ask")) if (dialog instanceof HTMLDialogElement) dialog.close();
}

customElements.define("hearth-app", HearthApp);
