/**
 * Keeps a model's table as the records are, without moving what one reads. A change of a row in sight is shown in its
 * place at once. Where only the server knows what belongs where, the window in sight is asked for again, and the row that
 * was first in sight stays so. While a cell is edited, or the pointer is about to hit a row, the rows hold still.
 */

import { h, icon } from "../html.js";
import { live } from "../live.js";
import { anchored, isSame, mayAppear, mayMove } from "../live-rows.js";
import { liveMark } from "./live-mark.js";

/** @typedef {import("../socket.js").Frame} Frame */

/** The list is asked for again at most so often, in milliseconds. */
const GAP = 600;
/** A pointer that moved within this time is about to do something. */
const STILL = 700;
/** How long a deleted row is seen to vanish. */
const VANISH = 250;
const AROUND = 12;

export class LiveRecords {
  mark = liveMark();
  #above = h("button", { type: "button", class: "new-above", hidden: true, on: { click: () => this.#toTop() } });
  #newAbove = 0;
  /** @type {HTMLElement | null} */
  #place = null;
  #unwatch = () => {};
  #timer = 0;
  #asking = false;
  #askedAt = 0;
  #took = 0;
  #movedAt = 0;
  /** Rows to highlight once they are here. @type {Set<string>} */
  #fresh = new Set();
  #pointer = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType === "mouse") this.#movedAt = performance.now();
  };
  #scrolled = () => {
    if (this.#newAbove > 0 && (this.page.grid?.scrollTop ?? 0) < 1) this.#tellAbove(0);
  };

  /** @param {import("../pages/records.js").HearthRecords} page */
  constructor(page) {
    this.page = page;
  }

  /** @param {HTMLElement} content where the table is */
  start(content) {
    this.#place = content;
    content.append(this.#above);
    content.addEventListener("pointermove", this.#pointer);
    content.addEventListener("scroll", this.#scrolled, { capture: true, passive: true });
    const show = () => this.mark.show(true);
    this.#unwatch = live.watch(`records:${this.page.model.name}`, {}, {
      change: (frame) => this.#change(frame),
      // What happened between the first list and now was not told.
      live: () => (show(), this.#soon()),
      reset: () => this.#soon(),
      error: () => this.mark.show(false),
    });
  }

  stop() {
    this.#unwatch();
    this.mark.end();
    clearTimeout(this.#timer);
    this.#timer = -1;
  }

  /** @param {Frame} frame */
  #change({ op, key, item }) {
    const { page } = this;
    const id = String(key);
    const isGone = op === "delete" || op === "leave";
    page.opener.tell(id, isGone ? null : item);
    const { grid, rows } = page;
    if (grid === null) return this.#soon();
    const at = rows.placeOf(id);
    if (isGone) {
      page.selection.drop(id);
      if (at >= 0) grid.vanish(at);
      return this.#soon(at >= 0 ? VANISH : 0);
    }
    const before = rows.get(at);
    if (before === undefined) {
      if (op !== "insert" && !mayAppear(this.#order)) return;
      this.#fresh.add(id);
      return this.#soon();
    }
    if (isSame(before, item)) return;
    page.put(item);
    if (mayMove(before, item, this.#order)) this.#soon();
  }

  get #order() {
    return { sort: this.page.sort, filters: this.page.route.query.filters };
  }

  /** @param {number} [least] milliseconds to wait in any case */
  #soon(least = 0) {
    if (this.#timer !== 0) return;
    const gap = Math.max(GAP, this.#took * 5) - (performance.now() - this.#askedAt);
    this.#timer = window.setTimeout(() => void this.#again(), Math.max(least, gap));
  }

  async #again() {
    this.#timer = 0;
    const { grid } = this.page;
    const isBusy = this.#place?.firstElementChild?.hasAttribute("aria-busy");
    const isAimed = (grid?.scrollTop ?? 0) < 1 && performance.now() - this.#movedAt < STILL;
    if (grid?.edited || isAimed || isBusy || this.#asking) {
      this.#timer = window.setTimeout(() => void this.#again(), 200);
      return;
    }
    this.#asking = true;
    this.#askedAt = performance.now();
    try {
      if (grid === null) await this.page.reload();
      else await this.#refresh(grid);
    } catch {
      // The table is what it was; the next change, or the connection that comes back, asks again.
    } finally {
      this.#asking = false;
      this.#took = performance.now() - this.#askedAt;
    }
  }

  /** @param {import("./grid.js").HearthGrid} grid */
  async #refresh(grid) {
    const { page } = this;
    const before = page.rows;
    const fresh = this.#fresh;
    this.#fresh = new Set();
    const now = page.newRows();
    const { height } = grid;
    const count = Math.ceil(grid.clientHeight / height) + 1;
    const need = (/** @type {number} */ top) => now.need(Math.floor(top / height) - AROUND, Math.floor(top / height) + count + AROUND);
    await now.begin(Math.floor(grid.scrollTop / height));
    await need(grid.scrollTop);
    await need(anchored(before, now, { top: grid.scrollTop, height, count }).top);
    // Something else was loaded meanwhile, or an edit has begun.
    if (page.rows !== before || page.grid !== grid) return;
    if (grid.edited) return this.#soon();
    const { top, moved } = anchored(before, now, { top: grid.scrollTop, height, count });
    page.adopt(now, top, fresh);
    const more = Math.min(moved, now.total - before.total);
    if (more > 0) this.#tellAbove(this.#newAbove + more);
  }

  /** @param {number} count */
  #tellAbove(count) {
    this.#newAbove = count;
    this.#above.hidden = count === 0;
    this.#above.replaceChildren(icon("up"), `${count} new above`);
  }

  #toTop() {
    const { grid } = this.page;
    this.#tellAbove(0);
    if (grid === null) return;
    grid.scrollTop = 0;
    grid.focus({ preventScroll: true });
  }
}
