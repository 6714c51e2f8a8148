/** What is around every page of a signed-in user: the models at the side, and the page that the address names. */

import { ask, describe } from "../api.js";
import { auth } from "../auth-store.js";
import { brand } from "../components/brand.js";
import { errorNotice, loading, notice } from "../components/notice.js";
import { HearthSidebar } from "../components/sidebar.js";
import { viewBanner } from "../components/view-banner.js";
import { everywhere, palette } from "../commands.js";
import { NotLoaded } from "../errors.js";
import { fill, h, icon, style } from "../html.js";
import { preloadStyles } from "../preload.js";
import { currentRoute } from "../router.js";
import { modelsOf } from "../schema.js";
import { modelsPage } from "./models.js";
import { HearthRecords } from "./records.js";

/** @typedef {import("../schema.js").Model} Model */

/** @typedef {{ title: string, tag: string, admin: boolean, load: () => Promise<unknown> }} Place */

/** @type {{ [page: string]: Place }} */
const PLACES = {
  account: { title: "Account", tag: "hearth-account", admin: false, load: () => import("./account.js") },
  people: { title: "People", tag: "hearth-people", admin: true, load: () => import("./people.js") },
  "api-keys": { title: "API keys", tag: "hearth-all-keys", admin: true, load: () => import("./all-keys.js") },
  audit: { title: "Audit", tag: "hearth-audit", admin: true, load: () => import("./audit.js") },
  workers: { title: "Workers", tag: "hearth-workers", admin: true, load: () => import("./workers.js") },
  schedules: { title: "Schedules", tag: "hearth-schedules", admin: true, load: () => import("./schedules.js") },
  schema: { title: "Schema", tag: "hearth-schema", admin: true, load: () => import("./schema.js") },
  log: { title: "Log", tag: "hearth-log", admin: true, load: () => import("./log.js") },
  backups: { title: "Backups", tag: "hearth-backups", admin: true, load: () => import("./backups.js") },
  operations: { title: "Operations", tag: "hearth-operations", admin: true, load: () => import("./operations.js") },
};

class HearthShell extends HTMLElement {
  /** @type {Model[] | null} */
  #models = null;
  #main = h("main", { id: "main", tabindex: "-1" });
  #side = new HearthSidebar();
  #menu = h(
    "button",
    {
      type: "button",
      class: "button icon-only",
      "aria-label": "Menu",
      "aria-controls": "side",
      "aria-expanded": "false",
      on: { click: () => this.#toggleMenu() },
    },
    icon("menu"),
  );
  #route = () => this.#show();
  #unbind = () => {};
  #escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && this.classList.contains("menu-open")) {
      this.#toggleMenu(false);
      this.#menu.focus();
    }
  };

  connectedCallback() {
    this.#side.id = "side";
    const skip = h(
      "a",
      { class: "skip", href: "#main", on: { click: (/** @type {Event} */ event) => this.#skip(event) } },
      "Skip to the content",
    );
    const search = h(
      "button",
      { type: "button", class: "button icon-only", "aria-label": "Search", on: { click: () => palette(this.#models ?? []) } },
      icon("search"),
    );
    const bar = h("header", { class: "bar" }, this.#menu, brand(), h("span", { class: "space" }), search);
    this.#side.openPalette = () => palette(this.#models ?? []);
    this.#unbind = everywhere(() => this.#models ?? []);
    if (auth.view !== null) this.classList.add("viewing");
    this.replaceChildren(
      skip,
      ...(auth.view === null ? [] : [viewBanner()]),
      bar,
      this.#side,
      h("div", { class: "scrim", on: { click: () => this.#toggleMenu(false) } }),
      this.#main,
    );
    window.addEventListener("hashchange", this.#route);
    this.addEventListener("keydown", this.#escape);
    void this.#load();
  }

  disconnectedCallback() {
    window.removeEventListener("hashchange", this.#route);
    this.#unbind();
  }

  async #load() {
    fill(this.#main, h("div", { class: "page" }, loading("Loading the models…")));
    try {
      const [description] = await Promise.all([describe(), preloadStyles(), lookForFactor()]);
      this.#models = modelsOf(description);
      this.#side.show(this.#models);
      this.#show();
    } catch (error) {
      fill(
        this.#main,
        h(
          "div",
          { class: "page" },
          errorNotice(error, () => this.#load()),
        ),
      );
    }
  }

  #show() {
    if (this.#models === null || auth.user === null) return;
    const route = currentRoute();
    this.#toggleMenu(false);
    this.#side.mark(route);
    if (route.page === "account" && auth.view !== null) {
      const text = "Their sessions, keys and second factors are not shown to anybody else.";
      this.#replace("Account", h("div", { class: "page" }, h("h1", null, "Account"), notice("info", "This page is the user’s own", text)));
      return;
    }
    const place = PLACES[route.page];
    if (place !== undefined && (!place.admin || auth.user.role === "admin")) {
      void this.#open(place);
      return;
    }
    if (route.page === "api") {
      void this.#showApi(this.#models, route.model);
      return;
    }
    if (route.page === "executions") {
      void this.#showRuns();
      return;
    }
    if (route.page !== "records") {
      this.#replace("Models", modelsPage(this.#models, route.page === "unknown"));
      return;
    }
    const model = this.#models.find((one) => one.name === route.model);
    if (model === undefined) {
      const text = "Models are declared in config.toml, under [models.NAME]. Hearth reads them when it starts.";
      this.#replace("Not found", h("div", { class: "page" }, notice("error", `There is no model “${route.model}”`, text)));
      return;
    }
    const page = this.#main.firstElementChild;
    if (page instanceof HearthRecords && page.model === model) page.follow(route);
    else this.#replace(model.plural, new HearthRecords(model, auth.user, route));
  }

  /** A page whose modules are loaded with its first visit. @param {Place} place */
  async #open(place) {
    if (this.#main.querySelector(place.tag)) return;
    const here = location.hash;
    try {
      await Promise.all([place.load(), style("people")]);
    } catch {
      fill(this.#main, h("div", { class: "page" }, errorNotice(new NotLoaded(), () => this.#open(place))));
      return;
    }
    if (location.hash === here) this.#replace(place.title, document.createElement(place.tag));
  }

  /**
   * @param {Model[]} models
   * @param {string | null} model
   */
  async #showApi(models, model) {
    const { apiPage } = await import("./api.js");
    const route = currentRoute();
    if (route.page === "api" && route.model === model) this.#replace("API", apiPage(models, model));
  }

  /** The executions, or one of them; the page that is there already may know how to go on. */
  async #showRuns() {
    const styles = ["people", "runs"].map(style);
    const [{ runsPage }] = await Promise.all([import("./executions.js"), ...styles]);
    const route = currentRoute();
    if (route.page !== "executions" || auth.user === null) return;
    const page = runsPage(this.#main.firstElementChild, route, auth.user);
    if (page !== null) this.#replace(page.heading, page);
  }

  /**
   * @param {string} title
   * @param {HTMLElement} page
   */
  #replace(title, page) {
    const isFirst = !this.#main.querySelector("h1");
    document.title = `${title} · Hearth`;
    fill(this.#main, page);
    // A screen reader goes on with the new page; at the first one it has just begun.
    if (!isFirst && !document.querySelector("dialog[open]")) this.#main.focus({ preventScroll: true });
    this.#main.scrollTo(0, 0);
  }

  /** @param {boolean} [open] */
  #toggleMenu(open) {
    const isOpen = this.classList.toggle("menu-open", open);
    this.#menu.setAttribute("aria-expanded", String(isOpen));
    this.#main.inert = isOpen;
    if (isOpen) this.#side.querySelector("a")?.focus();
  }

  /** @param {Event} event */
  #skip(event) {
    event.preventDefault();
    this.#main.focus();
  }
}

/** Whether the role wants a second factor that is not there: better said at once than at the first refusal. */
async function lookForFactor() {
  if (auth.view !== null) return;
  const factors = await ask("GET", "/api/auth/second-factors").then(({ data }) => data, () => null);
  if (factors?.required && factors.factors.length === 0) auth.demandFactor(true);
}

customElements.define("hearth-shell", HearthShell);
