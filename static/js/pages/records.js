/** A model's records: a page of the table, and one record's form over it when the address names one. */

import { list } from "../api.js";
import { noRecords } from "../components/no-records.js";
import { errorNotice, loading } from "../components/notice.js";
import { keepPageSize, pager, pageSize } from "../components/pager.js";
import { HearthRecordDrawer } from "../components/record-drawer.js";
import { DEFAULT_SORT, recordsTable } from "../components/records-table.js";
import { toast } from "../components/toast.js";
import { draftOf } from "../drafts.js";
import { showCount } from "../format.js";
import { fill, h, icon } from "../html.js";
import { go, NEW, recordsHref } from "../router.js";
import { may } from "../schema.js";

/** @typedef {import("../schema.js").Model} Model */
/** @typedef {import("../api.js").Page} Page */
/** @typedef {Extract<import("../router.js").Route, { page: "records" }>} Route */
/** @typedef {(string | null)[]} Trail the cursors of the pages before this one; an address alone does not know them */

export class HearthRecords extends HTMLElement {
  #count = h("span", { class: "count" });
  #content = h("div", { class: "records-scroll", tabindex: "0", role: "region" });
  #foot = h("div", { class: "records-foot" });
  /** @type {HearthRecordDrawer | null} */
  #drawer = null;
  /** @type {Trail | null} */
  #trail = null;
  /** @type {Page | null} */
  #page = null;
  #asked = 0;
  /** @type {string | null} The record that was just saved. */
  #fresh = null;
  /** @type {string | null} The record whose row gets the focus back. */
  #last = null;

  /**
   * @param {Model} model
   * @param {import("../auth-store.js").User} user
   * @param {Route} route
   */
  constructor(model, user, route) {
    super();
    this.model = model;
    this.user = user;
    this.route = route;
  }

  connectedCallback() {
    const { model } = this;
    const create = h(
      "a",
      { class: "button main", href: this.#href(NEW), id: "new-record" },
      icon("add"),
      h("span", null, `New ${model.title.toLowerCase()}`),
    );
    const reload = h(
      "button",
      { type: "button", class: "button icon-only", "aria-label": "Reload", title: "Reload", on: { click: () => this.#load() } },
      icon("reload"),
    );
    this.#content.setAttribute("aria-label", model.plural);
    this.replaceChildren(
      h(
        "div",
        { class: "page-head" },
        h(
          "div",
          null,
          h("div", { class: "title-line" }, h("h1", null, model.plural), this.#count),
          model.description !== "" && h("p", { class: "lead" }, model.description),
        ),
        h("div", { class: "page-actions" }, reload, may(model.access.create, this.user) && create),
      ),
      this.#content,
      this.#foot,
    );
    this.#readTrail();
    this.#showRecord();
    void this.#load();
  }

  /** The address changed within this model. @param {Route} route */
  follow(route) {
    const before = this.route;
    this.route = route;
    const samePage = before.query.sort === route.query.sort && before.query.cursor === route.query.cursor;
    if (samePage && history.state === null) history.replaceState({ trail: this.#trail }, "");
    this.#readTrail();
    this.#showRecord();
    this.querySelector("#new-record")?.setAttribute("href", this.#href(NEW));
    if (!samePage) void this.#load();
  }

  get #sort() {
    return this.route.query.sort ?? DEFAULT_SORT;
  }

  /** @param {string | null} record */
  #href(record) {
    return recordsHref(this.model.name, record, this.route.query);
  }

  #readTrail() {
    const known = /** @type {{ trail?: Trail } | null} */ (history.state)?.trail;
    this.#trail = known ?? (this.route.query.cursor === null ? [] : null);
  }

  async #load() {
    const asked = ++this.#asked;
    const { sort, cursor } = { sort: this.#sort, cursor: this.route.query.cursor };
    if (this.#page === null) fill(this.#content, loading("Loading…"));
    this.#content.setAttribute("aria-busy", "true");
    try {
      const page = await list(this.model.name, { limit: pageSize(), sort, cursor, total: true });
      if (asked !== this.#asked) return;
      if (page.items.length === 0 && cursor !== null)
        return this.#turn(this.#trail?.at(-1) ?? null, this.#trail?.slice(0, -1) ?? []);
      this.#page = page;
      this.#showPage(page);
      this.#fresh = null;
    } catch (error) {
      if (asked === this.#asked) this.#showError(error);
    } finally {
      if (asked === this.#asked) this.#content.removeAttribute("aria-busy");
    }
  }

  /** @param {Page} page */
  #showPage(page) {
    const { model } = this;
    fill(this.#count, showCount(page.total));
    if (page.items.length === 0) {
      fill(this.#content, noRecords(model, may(model.access.create, this.user)));
      fill(this.#foot);
      return;
    }
    const focused = this.#focusedPlace();
    const showsOwner = this.user.role === "admin" || (model.access.read?.some((word) => word !== "owner") ?? false);
    fill(
      this.#content,
      recordsTable({
        model,
        items: page.items,
        sort: this.#sort,
        showsOwner,
        fresh: this.#fresh,
        href: (id) => this.#href(id),
        onSort: (sort) => this.#go({ sort: sort === DEFAULT_SORT ? null : sort, cursor: null }, []),
      }),
    );
    fill(this.#foot, this.#pager(page));
    if (focused !== null) /** @type {HTMLElement} */ (this.querySelector(focused) ?? this.#content).focus();
  }

  /** Where the focus is, as a selector that finds the same place after the table was made anew. */
  #focusedPlace() {
    const active = document.activeElement;
    if (!active || !this.contains(active)) return null;
    const turn = active.getAttribute("data-turn");
    if (turn !== null) return `[data-turn="${turn}"]`;
    const row = active.closest("tr[data-id]");
    if (row) return `tr[data-id="${CSS.escape(row.getAttribute("data-id") ?? "")}"] a`;
    const head = active.closest("th");
    return head?.parentElement ? `th:nth-child(${[...head.parentElement.children].indexOf(head) + 1}) button` : null;
  }

  /** @param {Page} page */
  #pager(page) {
    const { cursor } = this.route.query;
    const trail = this.#trail;
    return pager({
      from: trail === null ? null : trail.length * pageSize() + 1,
      count: page.items.length,
      total: page.total,
      size: pageSize(),
      hasBack: cursor !== null,
      hasNext: page.next_cursor !== null,
      back: () => this.#turn(trail?.at(-1) ?? null, trail?.slice(0, -1) ?? []),
      next: () => this.#turn(page.next_cursor, trail === null ? null : [...trail, cursor]),
      resize: (size) => {
        keepPageSize(size);
        if (cursor === null) void this.#load();
        else this.#turn(null, []);
      },
    });
  }

  /**
   * @param {string | null} cursor
   * @param {Trail | null} trail
   */
  #turn(cursor, trail) {
    this.#content.scrollTo(0, 0);
    this.#go({ cursor }, trail);
  }

  /**
   * @param {Partial<import("../router.js").Query>} query
   * @param {Trail | null} trail
   */
  #go(query, trail) {
    go(recordsHref(this.model.name, null, { ...this.route.query, ...query }), { state: { trail } });
  }

  /** @param {unknown} error */
  #showError(error) {
    const isElsewhere = this.route.query.cursor !== null || this.route.query.sort !== null;
    const first = isElsewhere ? [{ label: "Go to the first page", run: () => go(recordsHref(this.model.name)) }] : [];
    this.#page = null;
    fill(this.#count);
    fill(this.#foot);
    fill(
      this.#content,
      h(
        "div",
        { class: "page" },
        errorNotice(error, () => this.#load(), first),
      ),
    );
  }

  /** Opens or closes the form as the address says. */
  #showRecord() {
    const { record } = this.route;
    if (this.#drawer?.record === record) return;
    this.#drawer?.remove();
    this.#drawer = null;
    const name =
      record === null
        ? this.model.plural
        : record === NEW
          ? `New ${this.model.title.toLowerCase()}`
          : `${this.model.title} ${record}`;
    document.title = `${name} · Hearth`;
    if (record === null) {
      this.#focusBack();
      return;
    }
    this.#last = record;
    const drawer = new HearthRecordDrawer(this.model, record, this.user);
    drawer.addEventListener("closed", () => this.#leave(drawer));
    drawer.addEventListener("saved", (event) => this.#saved(drawer, /** @type {CustomEvent} */ (event).detail));
    drawer.addEventListener("deleted", () => this.#deleted(drawer));
    this.#drawer = drawer;
    this.append(drawer);
  }

  #focusBack() {
    if (this.#last === null) return;
    const place =
      this.#last === NEW ? this.querySelector("#new-record") : this.querySelector(`tr[data-id="${CSS.escape(this.#last)}"] a`);
    this.#last = null;
    /** @type {HTMLElement} */ (place ?? this.#content).focus();
  }

  /** @param {HearthRecordDrawer} drawer */
  #leave(drawer) {
    if (this.#drawer !== drawer) return;
    if (draftOf(this.model.name, drawer.record)) toast("Not saved. What you typed is kept until the page is left.");
    go(this.#href(null), { state: { trail: this.#trail } });
  }

  /**
   * @param {HearthRecordDrawer} drawer
   * @param {import("../api.js").Item} item
   */
  #saved(drawer, item) {
    this.#fresh = String(item.id);
    this.#leave(drawer);
    // The row says at once what was saved; where it belongs now, the list says.
    const at = this.#page?.items.findIndex(({ id }) => id === item.id) ?? -1;
    if (this.#page !== null && at >= 0) {
      this.#page.items[at] = item;
      this.#showPage(this.#page);
    }
    toast(`${drawer.record === NEW ? "Created" : "Saved"} ${this.model.title.toLowerCase()} ${item.id}`);
    void this.#load();
  }

  /** @param {HearthRecordDrawer} drawer */
  #deleted(drawer) {
    toast(`Deleted ${this.model.title.toLowerCase()} ${drawer.record}`);
    this.#leave(drawer);
    void this.#load();
  }
}

customElements.define("hearth-records", HearthRecords);
