/** The models' shape, for admins: a diagram, what is pending, the history of revisions; and the form for one model. */

import { call } from "../api.js";
import { keepFocus } from "../components/loaded.js";
import { errorNotice, loading, notice } from "../components/notice.js";
import { panel } from "../components/panel.js";
import { diagram, noModels } from "../design/diagram.js";
import { modelForm } from "../design/model-form.js";
import { history, pending } from "../design/plan.js";
import { done } from "../design/preview.js";
import { fill, h, icon, style } from "../html.js";
import { currentRoute, schemaHref } from "../router.js";

/**
 * @typedef {{
 *   config: { file: string, exists: boolean, writable: boolean, closed: string | null, mistakes: string[] },
 *   models: import("../design/layout.js").Model[], gone: string[], roles: string[], plan: import("../design/plan.js").Plan,
 *   current: number | null, drifted: string[], history: import("../design/plan.js").Revision[],
 * }} View
 */

class HearthSchema extends HTMLElement {
  #page = h("div", { class: "page wide design-page", tabindex: "-1" }, loading("Loading the schema…"));
  #route = () => void this.#show();
  #shown = "";
  #isDirty = () => false;
  #leave = (/** @type {BeforeUnloadEvent} */ event) => {
    if (this.#isDirty()) event.preventDefault();
  };

  connectedCallback() {
    this.replaceChildren(this.#page);
    window.addEventListener("hashchange", this.#route);
    window.addEventListener("beforeunload", this.#leave);
    void this.#show();
  }

  disconnectedCallback() {
    window.removeEventListener("hashchange", this.#route);
    window.removeEventListener("beforeunload", this.#leave);
  }

  async #show() {
    const route = currentRoute();
    if (route.page !== "schema") return;
    const key = location.hash;
    this.#shown = key;
    this.#isDirty = () => false;
    try {
      const [answer] = await Promise.all([call("GET", "/api/admin/schema"), style("schema")]);
      if (this.#shown !== key || !this.isConnected) return;
      const view = /** @type {View} */ (answer.body.data);
      keepFocus(this.#page, () => (route.form ? this.#form(view, route.model) : fill(this.#page, overview(view))));
    } catch (error) {
      if (this.#shown === key) fill(this.#page, errorNotice(error, () => this.#show()));
    }
  }

  /** @param {View} view @param {string | null} name */
  #form(view, name) {
    const model = view.models.find((one) => one.name === name) ?? null;
    const title = model === null ? "Add a model" : `Change ${model.name}`;
    const back = h("a", { href: schemaHref(), class: "button icon-only", "aria-label": "Back to the schema", title: "Back to the schema" }, icon("back"));
    const head = h("div", { class: "page-head design-title" }, back, h("div", null, h("h1", null, title)));
    if (name !== null && model === null) {
      fill(this.#page, head, notice("error", `There is no model “${name}”`, "It was renamed or taken out of config.toml."));
      return;
    }
    if (view.config.mistakes.length > 0) {
      fill(this.#page, head, mistakes(view));
      return;
    }
    const form = modelForm({
      model,
      models: view.models.map((one) => one.name),
      roles: view.roles,
      saved: (preview) => {
        this.#isDirty = () => false;
        fill(this.#page, head, done(preview, schemaHref()));
        this.#page.focus({ preventScroll: true });
        this.closest("main")?.scrollTo(0, 0);
      },
    });
    this.#isDirty = form.isDirty;
    fill(this.#page, head, form.element);
    form.focus();
  }
}

/** @param {View} view */
function overview(view) {
  const { config, models, gone, plan } = view;
  const waits = models.filter(({ state }) => state !== "in_force").map(({ name }) => name);
  const where = config.exists ? `Declared in ${config.file}.` : "The built-in models; there is no config.toml yet.";
  return [
    h(
      "div",
      { class: "page-head" },
      h("div", null, h("h1", null, "Schema"), h("p", { class: "lead" }, `${where} ${view.current === null ? "" : `The database is at revision ${view.current}.`}`)),
      h("div", { class: "page-actions" }, h("a", { class: "button main", href: schemaHref(null, true) }, icon("add"), "Add a model")),
    ),
    config.mistakes.length > 0 && mistakes(view),
    waits.length + gone.length > 0 &&
      notice("info", `${config.file} was changed`, `${[...waits, ...gone.map((name) => `${name} (no longer declared)`)].join(", ")}: it takes effect at the next start of Hearth.`),
    models.length === 0 ? noModels(schemaHref(null, true)) : diagram(models),
    panel("Pending", "What lies between the models and the tables, and what upgrade would run.", pending(plan, view.drifted)),
    panel("History", "How the tables came to be, the newest first.", history(view.history, view.current)),
  ];
}

/** @param {View} view */
function mistakes({ config }) {
  return notice("error", `${config.file} has mistakes`, `${config.mistakes.join(" ")} What is shown here is what runs. Mend them first.`);
}

customElements.define("hearth-schema", HearthSchema);
