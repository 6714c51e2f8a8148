/** The executions that one may see, live, and the form that starts one over them. One of them is `execution.js`. */

import { ask } from "../api.js";
import { liveMark } from "../components/live-mark.js";
import { errorNotice, loading, notice } from "../components/notice.js";
import { fill, h, icon } from "../html.js";
import { currentRoute, go, NEW } from "../router.js";
import { readQuery, runsHref } from "../runs/query.js";
import { runFilters } from "../runs/run-filters.js";
import { RunList } from "../runs/run-list.js";
import { runTable } from "../runs/run-table.js";
import { openStart } from "../runs/start.js";
import { runTabs } from "../runs/tabs.js";
import { shortcuts } from "../shortcuts.js";
import { HearthExecution } from "./execution.js";

/** @typedef {Extract<import("../router.js").Route, { page: "executions" }>} Route */
/** @typedef {import("../auth-store.js").User} User */

/**
 * The page for that address; null when the one that is shown goes there by itself.
 * @param {Element | null} shown
 * @param {Route} route
 * @param {User} user
 */
export function runsPage(shown, route, user) {
  if (route.run !== null && route.run !== NEW)
    return shown instanceof HearthExecution && shown.run === route.run ? null : new HearthExecution(route.run, user);
  if (!(shown instanceof HearthExecutions)) return new HearthExecutions(route, user);
  shown.follow(route);
  return null;
}

class HearthExecutions extends HTMLElement {
  heading = "Executions";
  #mark = liveMark();
  #place = h("div", { class: "data", tabindex: "-1" });
  #list;
  #filters;
  /** @type {(() => void) | null} Closes the form. */
  #form = null;
  /** @type {() => void} */
  #draw = () => {};
  #tick = 0;
  #unbind = () => {};

  /** @param {Route} route @param {User} user */
  constructor(route, user) {
    super();
    this.route = route;
    this.user = user;
    this.#list = new RunList(readQuery(route.search));
    this.#filters = runFilters(this.#list.query, (query) => go(runsHref(null, query), { replace: true }));
  }

  connectedCallback() {
    const isAdmin = this.user.role === "admin";
    const lead = isAdmin ? "Every durable run of a task, the newest first." : "Your durable runs of tasks, the newest first.";
    const start = this.#mayStart && h("a", { class: "button main", href: runsHref(NEW), id: "run-task", "aria-label": "Run a task" }, icon("play"), h("span", null, "Run a task"));
    this.replaceChildren(
      h(
        "div",
        { class: "page wide" },
        h(
          "div",
          { class: "page-head" },
          h("div", null, h("div", { class: "title-line" }, h("h1", null, "Executions"), this.#mark.element), h("p", { class: "lead" }, lead)),
          h("div", { class: "page-actions" }, start),
        ),
        runTabs("executions"),
        this.#filters.element,
        this.#place,
      ),
    );
    this.#unbind = shortcuts([
      ...(this.#mayStart ? [{ keys: "N", does: "Run a task", group: "Executions", run: () => go(runsHref(NEW)) }] : []),
      { keys: "/", does: "Filter by task", group: "Executions", run: () => this.#filters.focus() },
    ]);
    this.#tick = window.setInterval(() => document.visibilityState === "visible" && this.#draw(), 1_000);
    this.#offer();
    void this.#load();
    this.follow(this.route);
  }

  disconnectedCallback() {
    this.#list.end();
    this.#mark.end();
    this.#unbind();
    clearInterval(this.#tick);
    this.#form?.();
  }

  /** Whoever sees as somebody else starts nothing. */
  get #mayStart() {
    return !this.user.readOnly;
  }

  /** @param {Route} route */
  follow(route) {
    const query = readQuery(route.search);
    const isSame = runsHref(null, query) === runsHref(null, this.#list.query);
    if (route.run === NEW && this.#form === null && this.#mayStart) this.#open(route);
    if (route.run !== NEW) this.#form?.();
    // Behind the form the list stays as it is, whatever the address says of the form.
    if (isSame || route.run === NEW) return;
    this.route = route;
    this.#filters.show(query);
    this.#list.end();
    this.#list = new RunList(query);
    void this.#load();
  }

  /** @param {Route} route */
  #open(route) {
    const back = () => {
      this.#form = null;
      const now = currentRoute();
      if (now.page === "executions" && now.run === NEW) go(runsHref(null, this.#list.query));
      document.getElementById("run-task")?.focus();
    };
    this.#form = openStart(new URLSearchParams(route.search).get("task") ?? "", back);
  }

  async #load() {
    const list = this.#list;
    if (this.#place.childElementCount === 0) fill(this.#place, loading("Loading…"));
    try {
      await list.begin();
    } catch (error) {
      if (list === this.#list) fill(this.#place, errorNotice(error, () => this.#load()));
      return;
    }
    if (list !== this.#list) return;
    const table = runTable(list, this.user.role === "admin");
    const foot = h("div", { class: "data-foot" });
    const more = h("button", { type: "button", class: "button", on: { click: () => this.#more(foot) } }, "Show more");
    const empty = this.#empty();
    this.#draw = () => {
      table.draw();
      const shown = list.items.length === 0 ? empty : table.element;
      if (this.#place.firstElementChild !== shown) fill(this.#place, shown, foot);
      if (list.next === null) fill(foot);
      else if (foot.firstElementChild !== more) fill(foot, more);
    };
    list.addEventListener("change", () => list === this.#list && this.#draw());
    this.#mark.show(true);
    this.#draw();
  }

  /** @param {HTMLElement} foot */
  async #more(foot) {
    try {
      await this.#list.more();
    } catch (error) {
      fill(foot, errorNotice(error, () => this.#more(foot)));
    }
  }

  #empty() {
    const { states, task, label } = this.#list.query;
    if (states.length > 0 || task !== "" || label !== "") {
      const clear = { label: "Clear the filters", run: () => go(runsHref()) };
      return notice("info", "No execution fits these filters", "", [clear]);
    }
    return h(
      "div",
      { class: "empty run-empty" },
      h("h2", null, "Nothing has run yet"),
      h("p", null, "An execution is one durable run of a task: a program asks for it, or you do, and a worker does it. Its log is kept and live."),
      this.#mayStart && h("p", null, h("a", { class: "button main", href: runsHref(NEW) }, icon("play"), "Run a task")),
    );
  }

  /** The declared tasks, to filter by. */
  #offer() {
    void ask("GET", "/api/executions/tasks").then(
      ({ items }) => this.#filters.offer(items.map((/** @type {{ name: string }} */ one) => one.name)),
      () => {},
    );
  }
}

customElements.define("hearth-executions", HearthExecutions);
