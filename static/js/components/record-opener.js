/** Opens and closes a record's form over its table, as the address says, and tells the table what became of it. */

import { draftOf } from "../drafts.js";
import { go, NEW } from "../router.js";
import { HearthRecordDrawer } from "./record-drawer.js";
import { toast } from "./toast.js";

export class RecordOpener {
  /** @type {HearthRecordDrawer | null} */
  #drawer = null;
  /** @type {string | null} The record whose row gets the focus back. */
  #last = null;

  /** @param {import("../pages/records.js").HearthRecords} page */
  constructor(page) {
    this.page = page;
  }

  /** @param {string | null} record */
  show(record) {
    if (this.#drawer?.record === record) return;
    this.#drawer?.remove();
    this.#drawer = null;
    const { title, plural } = this.page.model;
    const name = record === null ? plural : record === NEW ? `New ${title.toLowerCase()}` : `${title} ${record}`;
    document.title = `${name} · Hearth`;
    if (record === null) {
      if (this.#last !== null) this.page.focusRecord(this.#last);
      this.#last = null;
      return;
    }
    this.#last = record;
    const drawer = new HearthRecordDrawer(this.page.model, record, this.page.user);
    drawer.addEventListener("closed", () => this.#leave(drawer));
    drawer.addEventListener("saved", (event) => this.#saved(drawer, /** @type {CustomEvent} */ (event).detail));
    drawer.addEventListener("deleted", () => this.#deleted(drawer));
    this.#drawer = drawer;
    this.page.append(drawer);
  }

  /** Somebody changed a record; null when it is gone. @param {string} id @param {import("../api.js").Item | null} now */
  tell(id, now) {
    if (this.#drawer?.record === id) this.#drawer.tell(now);
  }

  /** @param {HearthRecordDrawer} drawer */
  #leave(drawer) {
    if (this.#drawer !== drawer) return;
    if (draftOf(drawer.model.name, drawer.record)) toast("Not saved. What you typed is kept until the page is left.");
    go(this.page.href(null));
  }

  /**
   * @param {HearthRecordDrawer} drawer
   * @param {import("../api.js").Item} item
   */
  #saved(drawer, item) {
    this.#leave(drawer);
    // The row says at once what was saved; where it belongs now, the list says.
    this.page.put(item);
    toast(`${drawer.record === NEW ? "Created" : "Saved"} ${drawer.model.title.toLowerCase()} ${item.id}`);
    void this.page.reload();
  }

  /** @param {HearthRecordDrawer} drawer */
  #deleted(drawer) {
    toast(`Deleted ${drawer.model.title.toLowerCase()} ${drawer.record}`);
    this.#leave(drawer);
    void this.page.reload();
  }
}
