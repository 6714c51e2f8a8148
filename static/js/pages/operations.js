/** How the server does, for admins: live plots of what `/metrics` says, whether it is ready, and the settings in force. */

import { parseMetrics, pointBetween, shortNumber, sizeText } from "../admin/metrics.js";
import { plot } from "../admin/plot.js";
import { settingsTable } from "../admin/settings-table.js";
import { ask, readText } from "../api.js";
import { errorNotice } from "../components/notice.js";
import { fill, h } from "../html.js";

/** @typedef {import("../admin/metrics.js").Point} Point */
/** @typedef {import("../admin/metrics.js").Snapshot} Snapshot */

/** Both in milliseconds. */
const EVERY = 2_000;
const SPAN = 300_000;
/** @typedef {"one" | "two" | "three"} Tone */

class HearthOperations extends HTMLElement {
  /** @type {Point[]} */
  #points = [];
  /** @type {Snapshot | null} */
  #last = null;
  #timer = 0;
  #state = h("p", { class: "states", role: "status" });
  #message = h("div");
  #plots = plots();
  #seen = () => {
    if (!document.hidden) void this.#poll();
  };

  connectedCallback() {
    this.replaceChildren(
      h(
        "div",
        { class: "page wide" },
        h(
          "div",
          { class: "page-head" },
          h("div", null, h("h1", null, "Operations"), h("p", { class: "lead" }, "The last five minutes, as long as this page is open.")),
        ),
        this.#state,
        this.#message,
        h("div", { class: "plots" }, this.#plots.map(({ element }) => element)),
        settingsTable(),
      ),
    );
    for (const one of this.#plots) one.show([]);
    document.addEventListener("visibilitychange", this.#seen);
    void this.#poll();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
  }

  async #poll() {
    clearTimeout(this.#timer);
    try {
      const [text, alive, ready] = await Promise.all([readText("/metrics"), holds("/healthz"), holds("/readyz")]);
      if (!this.isConnected) return;
      this.#take({ at: Date.now(), values: parseMetrics(text) });
      fill(this.#message);
      fill(this.#state, state("Alive", alive), state("Ready to write", ready));
    } catch (error) {
      if (!this.isConnected) return;
      fill(this.#message, errorNotice(error));
      fill(this.#state, state("Alive", false));
    }
    if (this.isConnected && !document.hidden) this.#timer = window.setTimeout(() => this.#poll(), EVERY);
  }

  /** @param {Snapshot} snapshot */
  #take(snapshot) {
    const point = this.#last && pointBetween(this.#last, snapshot);
    if (this.#last && !point) this.#points = [];
    this.#last = snapshot;
    if (!point) return;
    this.#points = [...this.#points.filter(({ at }) => at > snapshot.at - SPAN), point];
    for (const one of this.#plots) one.show(this.#points);
  }
}

function plots() {
  const rate = (/** @type {number} */ value) => `${shortNumber(value)}/s`;
  const time = (/** @type {number} */ value) => `${shortNumber(value)} ms`;
  return [
    plot({ title: "Requests", series: [one("", ({ requests }) => requests)], format: rate, span: SPAN }),
    plot({
      title: "Latency",
      series: [one("p50", ({ p50 }) => p50), one("p95", ({ p95 }) => p95, "two"), one("p99", ({ p99 }) => p99, "three")],
      format: time,
      span: SPAN,
    }),
    plot({
      title: "Errors",
      series: [one("refused", ({ refused }) => refused, "two"), one("failed", ({ failed }) => failed, "three")],
      format: rate,
      span: SPAN,
    }),
    plot({ title: "Writes waiting", series: [one("", ({ waiting }) => waiting)], format: shortNumber, span: SPAN }),
    plot({ title: "Commits", series: [one("", ({ commits }) => commits)], format: rate, span: SPAN }),
    plot({ title: "Commit time", series: [one("p95", ({ commit95 }) => commit95)], format: time, span: SPAN }),
    plot({
      title: "Database",
      series: [one("all", ({ database }) => database), one("of it WAL", ({ wal }) => wal, "two")],
      format: sizeText,
      span: SPAN,
      isSize: true,
    }),
    plot({
      title: "Connections",
      series: [one("requests", ({ connections }) => connections), one("sockets", ({ sockets }) => sockets, "two")],
      format: shortNumber,
      span: SPAN,
    }),
  ];
}

/**
 * @param {string} name
 * @param {(point: Point) => number | null} read
 * @param {Tone} tone
 */
function one(name, read, tone = "one") {
  return { name, tone, read };
}

/** @param {string} path */
async function holds(path) {
  return ask("GET", path).then(
    () => true,
    () => false,
  );
}

/** @param {string} name @param {boolean} isWell */
function state(name, isWell) {
  return h("span", { class: isWell ? "state good" : "state bad" }, isWell ? name : `Not ${name.toLowerCase()}`);
}

customElements.define("hearth-operations", HearthOperations);
