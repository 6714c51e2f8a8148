/**
 * A table of records of any length: only the rows in sight, and a few around them, are elements. Arrows go from cell to
 * cell, Enter opens a record, Space selects it, F2 edits a cell in its place. On a narrow screen the rows are cards.
 */

import { widthOf } from "../columns.js";
import { fill, h } from "../html.js";
import { gridRow, headRow, keepSame, sized } from "./grid-row.js";
import { keyIn, pencil } from "./grid-keys.js";

/** @typedef {import("../columns.js").Column} Column */
/** @typedef {import("../api.js").Item} Item */
/**
 * @typedef {{
 *   name: string, columns: Column[], rows: import("../rows.js").Rows, sort: string, href: (id: string) => string,
 *   selection: import("../selection.js").Selection, isGone: (id: string) => boolean, mayEdit: (column: Column, item: Item) => boolean,
 *   onSort: (sort: string) => void, onEdit: (cell: HTMLElement, column: Column, item: Item, at: number) => void, onError: (error: unknown) => void,
 * }} GridOptions
 */

/** Heights of a row and of a card, as the styles have them. */
const ROW = 36;
const CARD = 112;
const AROUND = 12;
/** No browser scrolls much further than 16 million pixels. */
const TALLEST = 15_000_000;
const NARROW = matchMedia("(max-width: 720px)");
/** On a card there is room for so many columns. */
const CARD_COLUMNS = 4;

export class HearthGrid extends HTMLElement {
  #table = h("table", { role: "grid", class: "records", "aria-multiselectable": "true" });
  #above = h("tr");
  #below = h("tr");
  #body = h("tbody", { role: "rowgroup" });
  /** @type {Map<number, HTMLTableRowElement>} */
  #shown = new Map();
  #asked = false;
  /** The cell that the keyboard is at. */
  active = { row: 0, column: 1 };
  /** Rows that are highlighted when they are made. @type {Set<string>} */
  fresh = new Set();
  /** @type {HTMLElement | null} A cell that is being edited. */
  edited = null;
  /** @type {GridOptions} */
  options;
  #draw = () => this.redraw();

  /** @param {GridOptions} options */
  constructor(options) {
    super();
    this.options = options;
    this.tabIndex = -1;
    this.addEventListener("scroll", () => this.#later(), { passive: true });
    this.addEventListener("keydown", (event) => keyIn(this, event));
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("focusin", (event) => this.#focused(event));
    pencil(this);
  }

  connectedCallback() {
    NARROW.addEventListener("change", this.#draw);
    this.redraw();
  }

  disconnectedCallback() {
    NARROW.removeEventListener("change", this.#draw);
  }

  get height() {
    return NARROW.matches ? CARD : ROW;
  }

  get count() {
    return Math.min(this.options.rows.total, Math.floor(TALLEST / this.height));
  }

  get columns() {
    return NARROW.matches ? this.options.columns.slice(0, CARD_COLUMNS) : this.options.columns;
  }

  /** Everything anew: other columns, another order, other rows. */
  redraw() {
    const hadFocus = this.#hasCell();
    const { name, sort, onSort, rows, selection } = this.options;
    const items = rows.known();
    const widths = this.columns.map((column) => widthOf(column, items));
    const groups = [40, ...widths].map((width) => sized(h("col"), "width", width));
    const all = h("input", { type: "checkbox", "aria-label": "Select all that are loaded" });
    all.addEventListener("change", () => this.#selectAll(all.checked));
    all.checked = selection.size > 0 && items.length > 0 && items.every(({ id }) => selection.has(String(id)));
    this.#table.setAttribute("aria-label", name);
    this.#table.setAttribute("aria-rowcount", String(rows.total + 1));
    this.#table.setAttribute("aria-colcount", String(this.columns.length + 1));
    if (!NARROW.matches) sized(this.#table, "width", widths.reduce((sum, width) => sum + width, 40));
    else this.#table.style.removeProperty("width");
    fill(
      this.#table,
      h("colgroup", null, groups),
      h("thead", { role: "rowgroup" }, headRow(all, this.columns, sort, onSort)),
      h("tbody", { class: "spacer", "aria-hidden": "true" }, this.#above),
      this.#body,
      h("tbody", { class: "spacer", "aria-hidden": "true" }, this.#below),
    );
    if (this.#table.parentElement !== this) this.replaceChildren(this.#table);
    this.refresh(hadFocus);
  }

  /** Whether the focus is on a cell, or in one. */
  #hasCell() {
    return this.#body.contains(document.activeElement);
  }

  /** The rows anew, in the same place. */
  refresh(hadFocus = this.#hasCell()) {
    this.#body.replaceChildren();
    this.#shown.clear();
    this.edited = null;
    this.#window();
    if (hadFocus) this.focusActive();
  }

  #later() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#window();
    });
  }

  /** Makes the rows in sight elements, and the others none. */
  #window(top = this.scrollTop) {
    const { height, count } = this;
    const from = Math.max(0, Math.min(count, Math.floor(top / height)) - AROUND);
    const to = Math.min(count, Math.ceil((top + Math.max(this.clientHeight, 300)) / height) + AROUND);
    for (const [at, row] of this.#shown) {
      if (at >= from && at < to) continue;
      if (row.contains(document.activeElement)) this.focus({ preventScroll: true });
      row.remove();
      this.#shown.delete(at);
    }
    /** @type {Element | null} */
    let next = this.#body.firstElementChild;
    for (let at = from; at < to; at += 1) {
      let row = this.#shown.get(at);
      if (row === undefined || (row.classList.contains("coming") && this.options.rows.get(at) !== undefined)) {
        const made = this.#make(at);
        if (row === undefined) this.#body.insertBefore(made, next);
        else {
          if (row === next) next = made;
          row.replaceWith(made);
        }
        row = made;
        this.#shown.set(at, row);
      }
      next = row.nextElementSibling;
    }
    sized(this.#above, "height", from * height);
    sized(this.#below, "height", (count - to) * height);
    this.#mark();
    void this.#fetch(from, to);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  async #fetch(from, to) {
    const { rows } = this.options;
    try {
      if ((await rows.need(from, to)) && this.isConnected && this.options.rows === rows) this.#later();
    } catch (error) {
      this.options.onError(error);
    }
  }

  /** @param {number} at */
  #make(at) {
    const { rows, href, selection, isGone } = this.options;
    return gridRow(at, rows.get(at), this.columns, { href, isSelected: (id) => selection.has(id), isGone, fresh: this.fresh });
  }

  /** One row anew. @param {number} at */
  update(at) {
    const row = this.#shown.get(at);
    if (row === undefined || row.contains(this.edited)) return;
    const hadFocus = row.contains(document.activeElement);
    const made = this.#make(at);
    this.#shown.set(at, made);
    row.replaceWith(made);
    this.#mark();
    if (hadFocus) this.focusActive();
  }

  /**
   * The list as it is now, at `top`. Elements of rows that are the same stay, wherever their rows are now.
   * @param {import("../rows.js").Rows} rows
   * @param {number} top
   */
  adopt(rows, top) {
    const hadFocus = this.#hasCell();
    this.#shown = keepSame(this.#body, this.#shown, this.options.rows, rows);
    const active = rows.placeOf(String(this.options.rows.get(this.active.row)?.id));
    if (active >= 0) this.active.row = active;
    this.options.rows = rows;
    this.#table.setAttribute("aria-rowcount", String(rows.total + 1));
    this.#window(top);
    this.scrollTop = top;
    if (hadFocus && !this.#hasCell()) this.#cellOf(this.active)?.focus({ preventScroll: true });
  }

  /** A row that was deleted; the next list does without it. @param {number} at */
  vanish(at) {
    this.#shown.get(at)?.classList.add("vanishing");
  }

  /** @param {{ row: number, column: number }} place @returns {HTMLElement | undefined} */
  #cellOf({ row, column }) {
    const cells = this.#shown.get(row)?.children;
    return /** @type {HTMLElement | undefined} */ (cells?.[Math.min(column, cells.length - 1)]);
  }

  /** One cell can be reached by Tab. */
  #mark() {
    for (const cell of this.#body.querySelectorAll('td[tabindex="0"]')) cell.setAttribute("tabindex", "-1");
    const first = this.#shown.keys().next().value ?? 0;
    const row = this.#shown.get(this.active.row) ?? this.#shown.get(first);
    row?.children[Math.min(this.active.column, row.children.length - 1)]?.setAttribute("tabindex", "0");
  }

  /** Moves the focus to the active cell, and the cell into sight. */
  focusActive() {
    const { height } = this;
    const top = this.active.row * height;
    const head = this.#table.tHead?.offsetHeight ?? 0;
    if (top < this.scrollTop) this.scrollTo({ top });
    else if (top + height + head > this.scrollTop + this.clientHeight) this.scrollTo({ top: top + height + head - this.clientHeight });
    this.#window();
    const cell = this.#cellOf(this.active);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {string} id */
  focusRecord(id) {
    const at = this.options.rows.placeOf(id);
    if (at < 0) this.focus();
    else {
      this.active = { row: at, column: 1 };
      this.focusActive();
    }
  }

  /** @param {FocusEvent} event */
  #focused(event) {
    const cell = event.target instanceof Element ? event.target.closest("td") : null;
    const row = cell?.parentElement;
    if (!cell || !row) return;
    this.active = { row: Number(row.getAttribute("aria-rowindex")) - 2, column: [...row.children].indexOf(cell) };
    this.#mark();
  }

  /** @param {boolean} on */
  #selectAll(on) {
    const { selection, rows } = this.options;
    selection.set(on ? rows.known().map(({ id }) => String(id)) : [], true);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest("tr[data-id]");
    const cell = /** @type {HTMLElement | null} */ (target?.closest("td") ?? null);
    if (!target || !row || !cell || this.edited?.contains(target)) return;
    const at = Number(row.getAttribute("aria-rowindex")) - 2;
    if (cell.classList.contains("col-select")) this.select(at, event.shiftKey, !(target instanceof HTMLInputElement) || target.checked);
    else if (target.closest("a, button") || getSelection()?.isCollapsed === false) return;
    // A click in a row opens it, unless it meant something else: a link, or text being marked.
    else row.querySelector("a")?.click();
  }

  /**
   * @param {number} at
   * @param {boolean} isRange all from the last one that was selected
   * @param {boolean} [on]
   */
  select(at, isRange, on) {
    const { selection, rows } = this.options;
    const id = rows.get(at)?.id;
    if (id !== undefined) selection.toggle(at, String(id), isRange ? (place) => rows.get(place)?.id?.toString() : null, on);
  }
}

customElements.define("hearth-grid", HearthGrid);
