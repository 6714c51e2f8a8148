/**
 * A model's records: the table with its filters, and one record's form over it when the address names one. Others may
 * call `reload` when the list changed, and `put` when one record did.
 */

import { list } from "../api.js";
import { chosenColumns, columnsOf, DEFAULT_SORT } from "../columns.js";
import { bulkBar } from "../components/bulk-bar.js";
import { HearthFilterBar } from "../components/filter-bar.js";
import { HearthGrid } from "../components/grid.js";
import { editCell, isSimple } from "../components/inline-edit.js";
import { noRecords, nothingFits } from "../components/no-records.js";
import { LiveRecords } from "../components/live-records.js";
import { errorNotice, loading } from "../components/notice.js";
import { RecordOpener } from "../components/record-opener.js";
import { recordsHead, recordsKeys } from "../components/records-head.js";
import { deleteSoon, deletions, isGone } from "../deletions.js";
import { showCount } from "../format.js";
import { fill, h } from "../html.js";
import { go, NEW, recordsHref } from "../router.js";
import { Rows } from "../rows.js";
import { may } from "../schema.js";
import { Selection } from "../selection.js";
import { keepLiking, likingOf } from "../views.js";

/** @typedef {import("../schema.js").Model} Model */
/** @typedef {import("../api.js").Item} Item */
/** @typedef {import("../columns.js").Column} Column */
/** @typedef {Extract<import("../router.js").Route, { page: "records" }>} Route */

export class HearthRecords extends HTMLElement {
  #content = h("div", { class: "records-content" });
  #place = h("div", { class: "records-place" }, this.#content);
  opener = new RecordOpener(this);
  /** @type {HearthGrid | null} */
  grid = null;
  rows;
  #asked = 0;
  selection = new Selection();
  #live = new LiveRecords(this);
  #columns;
  #liking;
  #head;
  #bar;
  #unbind = () => {};
  #deleted = (/** @type {Event} */ event) => {
    const { model, isDone } = /** @type {CustomEvent} */ (event).detail;
    if (model !== this.model.name) return;
    if (isDone) void this.reload();
    else this.grid?.refresh();
  };

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
    const showsOwner = user.role === "admin" || (model.access.read?.some((word) => word !== "owner") ?? false);
    this.#columns = columnsOf(model, showsOwner);
    this.#liking = likingOf(user.id, model.name);
    this.rows = this.newRows();
    this.#bar = new HearthFilterBar(model, { items: () => this.rows.known(), change: (filters) => this.#go({ filters }) });
    this.#head = recordsHead(this, {
      mark: this.#live.mark.element,
      columns: this.#columns,
      liking: () => this.#liking,
      keep: (liking) => this.#keep(liking),
      open: (view) => {
        this.#keep({ ...this.#liking, columns: view.columns });
        this.#go({ sort: view.sort, filters: view.filters });
      },
    });
    this.selection.addEventListener("change", () => !this.grid?.edited && this.grid?.redraw());
  }

  connectedCallback() {
    const bulk = bulkBar(this.selection, {
      mayDelete: may(this.model.access.remove, this.user),
      remove: (ids) => this.#delete(ids),
      save: (kind) => void this.save(kind, this.selection.ids()),
    });
    this.replaceChildren(this.#head.element, this.#bar, this.#place, bulk);
    this.#unbind = recordsKeys(this.model, {
      filter: () => this.#bar.focusInput(),
      create: () => this.#head.create?.click(),
      reload: () => this.reload(),
      remove: () => this.#delete(this.selection.ids()),
    });
    deletions.addEventListener("change", this.#deleted);
    this.#bar.show(this.route.query.filters);
    this.opener.show(this.route.record);
    void this.#load();
    this.#live.start(this.#place);
  }

  disconnectedCallback() {
    this.#unbind();
    this.#live.stop();
    deletions.removeEventListener("change", this.#deleted);
  }

  /** The address changed within this model. @param {Route} route */
  follow(route) {
    const before = this.route.query;
    this.route = route;
    const isSame = recordsHref("", null, before) === recordsHref("", null, route.query);
    this.opener.show(this.route.record);
    this.#head.create?.setAttribute("href", this.href(NEW));
    if (isSame) return;
    this.#bar.show(route.query.filters);
    this.selection.set([]);
    void this.#load();
  }

  get sort() {
    return this.route.query.sort ?? DEFAULT_SORT;
  }

  /** @param {string | null} record */
  href(record) {
    return recordsHref(this.model.name, record, this.route.query);
  }

  newRows() {
    const { sort } = this;
    const { filters } = this.route.query;
    return new Rows((offset, limit, total) => list(this.model.name, { limit, sort, filters, offset, total }));
  }

  /** Asks for the list again; one's place, selection and focus stay. */
  async reload() {
    const { height = 1, scrollTop = 0 } = this.grid ?? {};
    await this.#load(Math.floor(scrollTop / height));
  }

  /** @param {number} [at] the row to begin at */
  async #load(at = 0) {
    const asked = ++this.#asked;
    const rows = this.newRows();
    if (this.grid === null) fill(this.#content, loading("Loading…"));
    this.#content.setAttribute("aria-busy", "true");
    try {
      await rows.begin(at);
      if (asked !== this.#asked) return;
      this.rows = rows;
      this.#showRows(at === 0);
    } catch (error) {
      if (asked === this.#asked) this.#showError(error);
    } finally {
      if (asked === this.#asked) this.#content.removeAttribute("aria-busy");
    }
  }

  /** @param {boolean} fromTop */
  #showRows(fromTop) {
    const { model } = this;
    fill(this.#head.count, showCount(this.rows.total));
    if (this.rows.total === 0) {
      this.grid = null;
      fill(this.#content, this.route.query.filters.length > 0 ? nothingFits(model, () => this.#go({ filters: [] })) : noRecords(model, may(model.access.create, this.user)));
      return;
    }
    const options = {
      name: model.plural,
      columns: chosenColumns(this.#columns, this.#liking.columns),
      rows: this.rows,
      sort: this.sort,
      selection: this.selection,
      href: (/** @type {string} */ id) => this.href(id),
      isGone: (/** @type {string} */ id) => isGone(model.name, id),
      mayEdit: (/** @type {Column} */ column, /** @type {Item} */ item) => this.#mayEdit(column, item),
      onSort: (/** @type {string} */ sort) => this.#go({ sort: sort === DEFAULT_SORT ? null : sort }),
      onEdit: (/** @type {HTMLElement} */ cell, /** @type {Column} */ column, /** @type {Item} */ item) => this.#edit(cell, column, item),
      onError: (/** @type {unknown} */ error) => this.#showError(error),
    };
    if (this.grid === null) {
      this.grid = new HearthGrid(options);
      fill(this.#content, this.grid);
      return;
    }
    const head = document.activeElement?.closest("th")?.dataset["name"];
    this.grid.options = options;
    if (fromTop) this.grid.scrollTop = 0;
    this.grid.redraw();
    if (head !== undefined) /** @type {HTMLElement | null} */ (this.querySelector(`th[data-name="${CSS.escape(head)}"] button`))?.focus();
  }

  /**
   * @param {Column} column
   * @param {Item} item
   */
  #mayEdit({ field }, item) {
    if (field === null || !isSimple(field, item) || (field.readOnly && this.user.role !== "admin")) return false;
    return may(this.model.access.update, this.user, item["user_id"] ?? null) && !isGone(this.model.name, String(item.id));
  }

  /**
   * @param {HTMLElement} cell
   * @param {Column} column
   * @param {Item} item
   */
  #edit(cell, { field }, item) {
    const grid = this.grid;
    if (grid === null || field === null) return;
    grid.edited = cell;
    editCell(cell, this.model.name, field, item, {
      done: (changed, isNext) => {
        grid.edited = null;
        if (changed) this.put(changed);
        else grid.update(this.rows.placeOf(String(item.id)));
        if (isNext) grid.focusActive();
      },
      conflict: () => {
        grid.refresh();
        go(this.href(String(item.id)));
      },
    });
  }

  /** A newer version of a record: its row says so for a moment. @param {Item} item */
  put(item) {
    const at = this.rows.put(item);
    if (at < 0 || this.grid === null) return;
    this.grid.fresh = new Set([String(item.id)]);
    this.grid.update(at);
    this.grid.fresh = new Set();
  }

  /**
   * The same list as it is now, without a jump.
   * @param {Rows} rows
   * @param {number} top
   * @param {Set<string>} fresh
   */
  adopt(rows, top, fresh) {
    this.rows = rows;
    if (this.grid === null || rows.total === 0) return this.#showRows(true);
    fill(this.#head.count, showCount(rows.total));
    this.grid.fresh = fresh;
    this.grid.adopt(rows, top);
    this.grid.fresh = new Set();
  }

  /** Gives the focus back to where a record was opened from. @param {string} record */
  focusRecord(record) {
    if (record === NEW) this.#head.create?.focus();
    else this.grid?.focusRecord(record);
  }

  /** @param {import("../views.js").Liking} liking */
  #keep(liking) {
    this.#liking = liking;
    keepLiking(this.user.id, this.model.name, liking);
    if (this.grid === null) return;
    this.grid.options.columns = chosenColumns(this.#columns, liking.columns);
    this.grid.redraw();
  }

  /** @param {Partial<import("../router.js").Query>} query */
  #go(query) {
    go(recordsHref(this.model.name, null, { ...this.route.query, ...query }));
  }

  /** @param {string[]} ids */
  #delete(ids) {
    if (ids.length === 0 || !may(this.model.access.remove, this.user)) return;
    this.selection.set([]);
    deleteSoon(this.model, ids);
  }

  /**
   * A file of all that the filters keep, or of these.
   * @param {"csv" | "json"} kind
   * @param {string[] | null} [ids]
   */
  async save(kind, ids = null) {
    const { exportRecords } = await import("../export.js");
    await exportRecords(this.model, this.#columns, { kind, ids, sort: this.sort, filters: this.route.query.filters });
  }

  /** @param {unknown} error */
  #showError(error) {
    const isElsewhere = this.route.query.sort !== null || this.route.query.filters.length > 0;
    const first = isElsewhere ? [{ label: "Show all records", run: () => go(recordsHref(this.model.name)) }] : [];
    const shown = errorNotice(error, () => this.#load(), first);
    this.grid = null;
    fill(this.#head.count);
    fill(this.#content, h("div", { class: "page" }, shown));
  }
}

customElements.define("hearth-records", HearthRecords);
