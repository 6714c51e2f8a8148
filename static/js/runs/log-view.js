/**
 * A log of any length: only the lines in sight are elements. It follows the end until one scrolls up, and then stays
 * where one reads. Enter opens a line, which the arrows then change; a click does so too.
 */

import { fill, h, icon } from "../html.js";
import { showCount } from "../format.js";
import { writeJson } from "../json.js";
import { VIEWS } from "./log.js";

/** @typedef {import("./log.js").Line} Line */

/** The height of a line, as the styles have it. */
const ROW = 20;
const AROUND = 20;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export class HearthLog extends HTMLElement {
  /** All of them; the log's own. @type {Line[]} */
  #all = [];
  /** Those that are shown; the same list where all are. @type {Line[]} */
  #lines = [];
  #taken = 0;
  #block = h("div", { class: "log-block" });
  #space = h("div", { class: "log-space" }, this.#block);
  #scroll = h("div", { class: "log-scroll", role: "log", "aria-live": "off", "aria-label": "Log", tabindex: "0" }, this.#space);
  #detail = h("div", { class: "log-detail", hidden: true });
  #count = h("span", { class: "dim log-count" });
  #follow = h("button", { type: "button", class: "button small", "aria-pressed": "true" }, icon("down"), h("span", null, "Follow"));
  #view = h("select", { class: "small", "aria-label": "Which lines" }, VIEWS.map(({ name, text }) => h("option", { value: name }, text)));
  #find = h("input", { type: "search", class: "log-find", "aria-label": "Find in the log", placeholder: "Find" });
  #follows = true;
  #behind = 0;
  #top = 0;
  #asked = false;
  #active = -1;

  connectedCallback() {
    this.replaceChildren(
      h("div", { class: "log-head" }, h("h2", null, "Log"), this.#count, h("span", { class: "space" }), this.#find, this.#view, this.#follow),
      this.#scroll,
      this.#detail,
    );
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#scroll.addEventListener("keydown", (event) => this.#key(event));
    this.#scroll.addEventListener("click", (event) => this.#click(event));
    this.#follow.addEventListener("click", () => this.#setFollows(!this.#follows));
    this.#view.addEventListener("change", () => this.#filter());
    this.#find.addEventListener("input", () => this.#filter());
    new ResizeObserver(() => this.#later()).observe(this.#scroll);
    this.#later();
  }

  /** There are more lines than before. @param {Line[]} lines */
  show(lines) {
    this.#all = lines;
    this.#later();
  }

  /** All of it comes again. */
  clear() {
    this.#all = [];
    this.#filter();
  }

  #later() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  /** Takes over what is new, by what one wants to see. */
  #take() {
    const view = VIEWS.find(({ name }) => name === this.#view.value);
    const wanted = this.#find.value.trim().toLowerCase();
    const before = this.#lines.length;
    for (; this.#taken < this.#all.length; this.#taken += 1) {
      const line = /** @type {Line} */ (this.#all[this.#taken]);
      if (view && !view.keeps(line)) continue;
      if (wanted !== "" && !line.text.toLowerCase().includes(wanted) && !line.tag.includes(wanted)) continue;
      this.#lines.push(line);
    }
    return this.#lines.length - before;
  }

  #filter() {
    this.#lines = [];
    this.#taken = 0;
    this.#behind = 0;
    this.#open(-1);
    this.#later();
  }

  #draw() {
    const added = this.#take();
    if (!this.#follows) this.#behind += added;
    const total = this.#lines.length;
    this.#space.style.height = `${total * ROW}px`;
    // A short log takes no more room than it needs; the styles say how much a long one has.
    this.#scroll.style.setProperty("--log-height", `${total * ROW + 14}px`);
    if (this.#follows) this.#scroll.scrollTop = total * ROW;
    this.#top = this.#scroll.scrollTop;
    const from = Math.max(0, Math.floor(this.#top / ROW) - AROUND);
    const to = Math.min(total, Math.ceil((this.#top + this.#scroll.clientHeight) / ROW) + AROUND);
    this.#block.style.top = `${from * ROW}px`;
    const lines = [];
    for (let at = from; at < to; at += 1) lines.push(lineOf(/** @type {Line} */ (this.#lines[at]), at, at === this.#active));
    fill(this.#block, lines);
    const isPart = total !== this.#all.length;
    fill(this.#count, isPart ? `${showCount(total)} of ${showCount(this.#all.length)} lines` : `${showCount(total)} ${total === 1 ? "line" : "lines"}`);
    this.#tell();
  }

  #tell() {
    this.#follow.setAttribute("aria-pressed", String(this.#follows));
    const text = this.#behind > 0 ? `Follow · ${showCount(this.#behind)} new` : "Follow";
    if (this.#follow.lastElementChild && this.#follow.lastElementChild.textContent !== text) this.#follow.lastElementChild.textContent = text;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    const isUp = scrollTop < this.#top - 1;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - 4;
    this.#top = scrollTop;
    if (isUp && !isAtEnd && this.#follows) this.#setFollows(false);
    else if (isAtEnd && !this.#follows) this.#setFollows(true);
    else this.#later();
  }

  /** @param {boolean} follows */
  #setFollows(follows) {
    this.#follows = follows;
    this.#behind = 0;
    this.#later();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isOpen = this.#active >= 0;
    if (event.key === "Enter" && !isOpen) this.#open(Math.min(this.#lines.length - 1, Math.ceil(this.#scroll.scrollTop / ROW)));
    else if (event.key === "Escape" && isOpen) this.#open(-1);
    else if (event.key === "ArrowDown" && isOpen) this.#open(Math.min(this.#lines.length - 1, this.#active + 1));
    else if (event.key === "ArrowUp" && isOpen) this.#open(Math.max(0, this.#active - 1));
    else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const line = event.target instanceof Element ? event.target.closest(".log-line") : null;
    if (!line || getSelection()?.isCollapsed === false) return;
    const at = Number(line.getAttribute("data-at"));
    this.#open(at === this.#active ? -1 : at);
  }

  /** Shows all of one line beneath; with -1 of none. @param {number} at */
  #open(at) {
    this.#active = at;
    const line = this.#lines[at];
    this.#detail.hidden = line === undefined;
    this.#later();
    if (line === undefined) return;
    if (this.#follows) this.#setFollows(false);
    const top = at * ROW;
    const { scrollTop, clientHeight } = this.#scroll;
    if (top < scrollTop) this.#scroll.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.#scroll.scrollTop = top + ROW - clientHeight;
    const { seq, kind, data, at: time, attempt } = line.event;
    const { message, ...more } = data;
    const isLog = kind === "log";
    fill(
      this.#detail,
      h("div", { class: "log-detail-head" }, h("span", null, `${kind} · no. ${seq} · attempt ${attempt}`), h("time", { datetime: time }, time.replace("T", " ").replace("Z", " UTC")), h("span", { class: "space" }), h("button", { type: "button", class: "button small quiet icon-only", "aria-label": "Close the line", on: { click: () => this.#close() } }, icon("close"))),
      isLog && h("pre", { class: "log-message" }, message),
      (!isLog || Object.keys(more).length > 0) && h("pre", { class: "log-json" }, writeJson(isLog ? more : data, 2)),
    );
  }

  #close() {
    this.#open(-1);
    this.#scroll.focus({ preventScroll: true });
  }
}

/** @param {Line} line @param {number} at @param {boolean} isActive */
function lineOf({ at: time, tag, text, look, more }, at, isActive) {
  return h(
    "div",
    { class: `log-line look-${look}${isActive ? " active" : ""}`, "data-at": at },
    h("span", { class: "log-time" }, more ? "" : clock.format(new Date(time))),
    h("span", { class: "log-tag" }, tag),
    h("span", { class: "log-text" }, text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text),
  );
}

customElements.define("hearth-run-log", HearthLog);
