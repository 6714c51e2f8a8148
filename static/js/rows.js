/**
 * The rows of a list by their place in it, fetched in chunks as they come into sight. Only so many chunks are kept, so
 * that memory stays bounded however long the list is. It knows nothing of elements.
 */

/** @typedef {import("./api.js").Item} Item */
/** @typedef {(offset: number, limit: number, total: boolean) => Promise<{ items: Item[], total?: number }>} Fetch */

export const CHUNK = 100;
const KEPT = 30;

export class Rows {
  total = 0;
  /** @type {Map<number, Item[]>} in the order of their last use */
  #chunks = new Map();
  /** @type {Map<number, Promise<void>>} */
  #coming = new Map();
  #fetch;

  /** @param {Fetch} fetch */
  constructor(fetch) {
    this.#fetch = fetch;
  }

  /** Fetches the first rows and how many there are. @param {number} [at] the place to begin at */
  async begin(at = 0) {
    const chunk = Math.floor(at / CHUNK);
    const { items, total = 0 } = await this.#fetch(chunk * CHUNK, CHUNK, true);
    this.total = total;
    if (items.length > 0 || chunk === 0) this.#keep(chunk, items);
    else if (total > 0) await this.begin(0);
  }

  /** @param {number} at */
  get(at) {
    return this.#chunks.get(Math.floor(at / CHUNK))?.[at % CHUNK];
  }

  /**
   * Fetches what is missing of the rows from `from` to before `to`; resolves with whether anything came.
   * @param {number} from
   * @param {number} to
   */
  async need(from, to) {
    const missing = [];
    const last = Math.floor((Math.min(to, this.total) - 1) / CHUNK);
    for (let chunk = Math.max(0, Math.floor(from / CHUNK)); chunk <= last; chunk += 1) {
      const known = this.#chunks.get(chunk);
      if (known) this.#keep(chunk, known);
      else missing.push(this.#load(chunk));
    }
    await Promise.all(missing);
    return missing.length > 0;
  }

  /** @param {number} chunk */
  #load(chunk) {
    const coming =
      this.#coming.get(chunk) ??
      this.#fetch(chunk * CHUNK, CHUNK, false)
        .then(({ items }) => this.#keep(chunk, items))
        .finally(() => this.#coming.delete(chunk));
    this.#coming.set(chunk, coming);
    return coming;
  }

  /**
   * @param {number} chunk
   * @param {Item[]} items
   */
  #keep(chunk, items) {
    this.#chunks.delete(chunk);
    this.#chunks.set(chunk, items);
    for (const oldest of this.#chunks.keys()) {
      if (this.#chunks.size <= KEPT) break;
      this.#chunks.delete(oldest);
    }
  }

  /** Puts a newer version of a row in its place; says where, or -1. @param {Item} item */
  put(item) {
    const at = this.placeOf(String(item.id));
    const chunk = this.#chunks.get(Math.floor(at / CHUNK));
    if (at >= 0 && chunk) chunk[at % CHUNK] = item;
    return at;
  }

  /** Where the row of this id is among those that are here, or -1. @param {string} id */
  placeOf(id) {
    for (const [chunk, items] of this.#chunks) {
      const at = items.findIndex((item) => String(item.id) === id);
      if (at >= 0) return chunk * CHUNK + at;
    }
    return -1;
  }

  /** Those that are here, in their order. */
  known() {
    return [...this.#chunks].sort(([left], [right]) => left - right).flatMap(([, items]) => items);
  }
}
