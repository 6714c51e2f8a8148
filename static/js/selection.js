/** Which records are selected, by their ids. It says "change" when that changes. */

export class Selection extends EventTarget {
  /** @type {Set<string>} */
  #ids = new Set();
  #last = -1;

  get size() {
    return this.#ids.size;
  }

  /** @param {string} id */
  has(id) {
    return this.#ids.has(id);
  }

  ids() {
    return [...this.#ids];
  }

  /**
   * @param {number} at
   * @param {string} id
   * @param {((at: number) => string | undefined) | null} idAt with it, all between the last one and this are set alike
   * @param {boolean} [on] without it, the other of what it is
   */
  toggle(at, id, idAt, on = !this.has(id)) {
    const ids = [id];
    if (idAt && this.#last >= 0) {
      for (let place = Math.min(at, this.#last); place <= Math.max(at, this.#last); place += 1) ids.push(idAt(place) ?? id);
    }
    for (const one of ids) {
      if (on) this.#ids.add(one);
      else this.#ids.delete(one);
    }
    this.#last = at;
    this.dispatchEvent(new Event("change"));
  }

  /** One that is no more. @param {string} id */
  drop(id) {
    if (this.#ids.delete(id)) this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {Iterable<string>} ids
   * @param {boolean} [isNews] whether anybody is told
   */
  set(ids, isNews = true) {
    this.#ids = new Set(ids);
    this.#last = -1;
    if (isNews) this.dispatchEvent(new Event("change"));
  }
}
