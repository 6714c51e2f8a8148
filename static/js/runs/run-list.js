/**
 * A list of executions that stays as they are: its first page is asked for again and again while somebody looks, and each
 * run that is under way is watched for its states and its progress. It says "change" when something did. No elements.
 */

import { ask } from "../api.js";
import { live } from "../live.js";
import { merged, runsPath } from "./query.js";
import { isOver } from "./states.js";

/** @typedef {import("./states.js").Run} Run */
/** @typedef {import("./log.js").RunEvent} RunEvent */
/** @typedef {import("./log.js").Progress} Progress */

const PAGE = 50;
/** New ones are looked for so often, in milliseconds. */
const EVERY = 1_500;
/** So many runs are watched; the server has a limit for each socket. */
const WATCHED = 40;
/** So far back in its log how far a run is may stand. */
const LOOK_BACK = 100;

export class RunList extends EventTarget {
  /** @type {Run[]} */
  items = [];
  /** @type {string | null} */
  next = null;
  /** @type {Map<string, Progress>} */
  progress = new Map();
  /** @type {Map<string, () => void>} */
  #watched = new Map();
  #timer = 0;
  #isOver = false;
  #seen = () => document.visibilityState === "visible" && void this.#poll();

  /** @param {import("./query.js").RunQuery} query */
  constructor(query) {
    super();
    this.query = query;
  }

  /** The first page; from then on it goes on by itself until `end`. */
  async begin() {
    const page = await this.#page(null);
    if (this.#isOver) return;
    this.items = page.items;
    this.next = page.next_cursor;
    document.addEventListener("visibilitychange", this.#seen);
    this.#later();
    this.#changed();
  }

  async more() {
    if (this.next === null) return;
    const page = await this.#page(this.next);
    const known = new Set(this.items.map(({ id }) => id));
    this.items.push(...page.items.filter(({ id }) => !known.has(id)));
    this.next = page.next_cursor;
    this.#changed();
  }

  end() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
    for (const end of this.#watched.values()) end();
    this.#watched.clear();
  }

  /** @param {string | null} cursor @returns {Promise<{ items: Run[], next_cursor: string | null }>} */
  #page(cursor) {
    return ask("GET", runsPath(this.query, PAGE, cursor));
  }

  #later() {
    clearTimeout(this.#timer);
    if (!this.#isOver) this.#timer = window.setTimeout(() => void this.#poll(), EVERY);
  }

  async #poll() {
    clearTimeout(this.#timer);
    if (document.visibilityState !== "visible") return this.#later();
    try {
      const page = await this.#page(null);
      if (this.#isOver) return;
      if (page.next_cursor === null) this.next = null;
      this.items = merged(this.items, page.items, page.next_cursor === null);
      if (this.next === null && page.next_cursor !== null && this.items.length <= PAGE) this.next = page.next_cursor;
      this.#changed();
    } catch {
      // The next try may do better; the mark says when the connection is lost.
    }
    this.#later();
  }

  #changed() {
    if (this.#isOver) return;
    this.#watch();
    this.dispatchEvent(new Event("change"));
  }

  /** Watches those that are under way and not watched yet, the newest first. */
  #watch() {
    const active = this.items.filter(({ state }) => !isOver(state)).slice(0, WATCHED);
    for (const [id, end] of this.#watched) {
      if (active.some((run) => run.id === id)) continue;
      end();
      this.#watched.delete(id);
    }
    for (const run of active) {
      if (this.#watched.has(run.id)) continue;
      const handlers = {
        event: (/** @type {any} */ event) => this.#heard(run.id, event),
        error: () => {},
      };
      this.#watched.set(run.id, live.watch(`execution:${run.id}`, { after: Math.max(0, run.last_seq - LOOK_BACK) }, handlers));
    }
  }

  /** @param {string} id @param {RunEvent} event */
  #heard(id, event) {
    const at = this.items.findIndex((run) => run.id === id);
    const run = this.items[at];
    if (run === undefined) return;
    const { kind, data } = event;
    if (kind === "progress") this.progress.set(id, { current: data["current"], total: data["total"] ?? null, message: data["message"] ?? "", at: event.at });
    if (event.seq <= run.last_seq) {
      if (kind === "progress") this.#changed();
    } else if (kind === "state") {
      const { to, worker } = data;
      if (event.attempt > run.attempt) this.progress.delete(id);
      this.items[at] = {
        ...run,
        state: to,
        attempt: Math.max(run.attempt, event.attempt),
        worker: worker ?? (to === "running" ? run.worker : null),
        started_at: to === "running" ? (run.started_at ?? event.at) : run.started_at,
        finished_at: isOver(to) ? event.at : null,
        last_seq: event.seq,
      };
    } else this.items[at] = { ...run, last_seq: event.seq };
    if (event.seq > run.last_seq && (kind === "state" || kind === "progress")) this.#changed();
  }
}
