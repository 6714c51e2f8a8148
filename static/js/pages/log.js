/** The last lines of the server's log, for admins, and those that come: it follows at its end, and stays where one reads. */

import { clockOf, LEVELS, logQuery, textOf, toneOf, wordsOf } from "../admin/log-lines.js";
import { call } from "../api.js";
import { errorNotice, loading } from "../components/notice.js";
import { fill, h, icon, style } from "../html.js";

/** @typedef {import("../admin/log-lines.js").Line} Line */

/** What is typed is asked for once it rests so long, in milliseconds. */
const REST = 250;
/** Seconds that the server waits for a line. */
const WAIT = 25;
/** Milliseconds between two portions. */
const PAUSE = 200;
/** Lines on the page: as many as the server keeps. */
const MOST = 2_000;
/** Within so many pixels of the end one is at the end. */
const NEAR = 24;
/** Fields by whose value one can filter. */
const FILTERS = ["request_id", "user", "path", "address"];

class HearthLog extends HTMLElement {
  #level = h("select", { "aria-label": "Level" }, LEVELS.map(({ name, text }) => h("option", { value: name }, text)));
  #text = h("input", { type: "search", "aria-label": "Search the log", placeholder: "Text, path, user or request id" });
  #lines = h("div", { class: "log-lines", tabindex: "0", role: "region", "aria-label": "Log lines" });
  #state = h("span", { class: "state", role: "status" });
  #message = h("div");
  #newer = h("button", { type: "button", class: "button small log-newer", hidden: true, on: { click: () => this.#toEnd() } });
  #unseen = 0;
  /** Ends the question that is under way. */
  #stop = new AbortController();
  #wake = () => {
    if (document.hidden) this.#stop.abort();
    else void this.#follow();
  };
  /** @type {number | null} */
  #next = null;

  connectedCallback() {
    let timer = 0;
    this.#text.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.#begin(), REST);
    });
    this.#level.addEventListener("change", () => this.#begin());
    this.#lines.addEventListener("scroll", () => this.#isAtEnd() && this.#seen(), { passive: true });
    document.addEventListener("visibilitychange", this.#wake);
    this.replaceChildren(
      h(
        "div",
        { class: "page wide log-page" },
        h(
          "div",
          { class: "page-head" },
          h("div", null, h("h1", null, "Log"), h("p", { class: "lead" }, "The last 2,000 lines since the server started, and what comes.")),
        ),
        h("div", { class: "filters", role: "search" }, this.#text, this.#level, this.#state),
        this.#message,
        h("div", { class: "log-frame" }, this.#lines, this.#newer),
      ),
    );
    void style("log").then(() => this.#begin());
  }

  disconnectedCallback() {
    this.#stop.abort();
    document.removeEventListener("visibilitychange", this.#wake);
  }

  #begin() {
    this.#next = null;
    this.#seen();
    fill(this.#lines, h("div", { class: "log-empty" }, loading("Loading…")));
    void this.#follow();
  }

  /** Asks, shows, and asks for what comes, until something else is asked or the page is left. */
  async #follow() {
    this.#stop.abort();
    const mine = (this.#stop = new AbortController());
    const { signal } = mine;
    fill(this.#message);
    try {
      while (!signal.aborted && this.isConnected && !document.hidden) {
        const filter = { level: this.#level.value, text: this.#text.value };
        const query = logQuery(filter, this.#next, WAIT);
        const { body } = await call("GET", `/api/admin/logs?${query}`, { signal });
        if (signal.aborted) return;
        this.#take(body, this.#next === null);
        this.#say("Live", true);
        // Lines come in portions, however fast they are written.
        await new Promise((go) => setTimeout(go, PAUSE));
      }
    } catch (error) {
      if (signal.aborted || !this.isConnected) return;
      this.#say("Not live", false);
      fill(this.#message, errorNotice(error, () => this.#follow()));
    }
  }

  /** @param {string} text @param {boolean} isWell */
  #say(text, isWell) {
    if (this.#state.textContent === text) return;
    this.#state.textContent = text;
    this.#state.className = `state ${isWell ? "good" : "bad"}`;
  }

  /**
   * @param {{ items: Line[], next: number, gap: boolean }} page
   * @param {boolean} isFirst
   */
  #take(page, isFirst) {
    const wasAtEnd = isFirst || this.#isAtEnd();
    this.#next = page.next;
    if (isFirst || page.items.length > 0) this.#lines.querySelector(".log-empty")?.remove();
    if (page.gap && !isFirst) this.#lines.append(h("p", { class: "log-gap" }, "Lines are missing here: the server started anew, or wrote faster than they could be read."));
    this.#lines.append(...page.items.map((line) => this.#line(line)));
    if (this.#lines.childElementCount === 0)
      this.#lines.append(h("p", { class: "log-empty" }, "No line fits. What comes and does is shown here."));
    while (wasAtEnd && this.#lines.childElementCount > MOST) this.#lines.firstElementChild?.remove();
    if (wasAtEnd) this.#toEnd();
    else this.#count(page.items.length);
  }

  /** @param {number} more */
  #count(more) {
    this.#unseen += more;
    if (this.#unseen === 0) return;
    fill(this.#newer, icon("down"), this.#unseen === 1 ? "1 new line" : `${this.#unseen} new lines`);
    this.#newer.hidden = false;
  }

  #seen() {
    this.#unseen = 0;
    this.#newer.hidden = true;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#lines;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #toEnd() {
    while (this.#lines.childElementCount > MOST) this.#lines.firstElementChild?.remove();
    this.#lines.scrollTop = this.#lines.scrollHeight;
    // Lines that come into sight may be taller than was thought; whoever has scrolled up meanwhile stays there.
    const reached = this.#lines.scrollTop;
    const again = () => {
      if (this.#lines.scrollTop >= reached) this.#lines.scrollTop = this.#lines.scrollHeight;
    };
    requestAnimationFrame(() => {
      again();
      requestAnimationFrame(again);
    });
    this.#seen();
  }

  /** @param {Line} line */
  #line(line) {
    const row = h(
      "details",
      { class: `log-line ${toneOf(line)}` },
      h(
        "summary",
        null,
        h("time", { datetime: line.at, title: line.at }, clockOf(line.at)),
        h("span", { class: "log-level" }, line.level),
        h("span", { class: "log-text" }, wordsOf(line)),
      ),
    );
    // Most are never opened.
    row.addEventListener("toggle", () => row.childElementCount === 1 && row.append(this.#details(line)), { once: true });
    return row;
  }

  /** @param {Line} line */
  #details(line) {
    /** @type {[string, unknown][]} */
    const members = [["message", line.message], ["at", line.at], ...Object.entries(line.fields)];
    return h(
      "dl",
      { class: "log-fields" },
      members.map(([name, value]) => {
        const text = textOf(value);
        const filter = () => {
          this.#text.value = text;
          this.#begin();
        };
        const button = h(
          "button",
          { type: "button", class: "button small", "aria-label": `Only lines with ${name} ${text}`, on: { click: filter } },
          icon("filter"),
        );
        return h("div", null, h("dt", null, name), h("dd", null, h("code", null, text), FILTERS.includes(name) && button));
      }),
    );
  }
}

customElements.define("hearth-log", HearthLog);
