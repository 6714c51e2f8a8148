/** One execution, live: how it stands, what it asks, its log, its steps, its files, and what came of it. */

import { ask } from "../api.js";
import { liveMark } from "../components/live-mark.js";
import { keepFocus } from "../components/loaded.js";
import { errorNotice, loading, notice } from "../components/notice.js";
import { fill, h, icon, uniqueId } from "../html.js";
import { writeJson } from "../json.js";
import { live } from "../live.js";
import { artifacts } from "../runs/artifacts.js";
import { HearthLog } from "../runs/log-view.js";
import { RunLog } from "../runs/log.js";
import { runsHref } from "../runs/query.js";
import { questions } from "../runs/questions.js";
import { runActions, runFacts, runTiming } from "../runs/run-head.js";
import { labelChips, stateMark } from "../runs/state-mark.js";
import { isOver } from "../runs/states.js";
import { progressBar, stepList } from "../runs/steps.js";

/** @typedef {import("../runs/states.js").Run} Run */

/** After a change of state the run is asked for again, so many milliseconds later. */
const REST = 80;

export class HearthExecution extends HTMLElement {
  heading = "Execution";
  #log = new RunLog();
  #view = new HearthLog();
  #mark = liveMark();
  #progress = progressBar();
  #files;
  #questions;
  #head = h("div", { class: "run-head" });
  #actions = h("div", { class: "page-actions", tabindex: "-1" });
  #timing = h("div", { class: "run-timing-line" });
  #result = h("div", { class: "run-result" });
  #facts = h("div");
  #steps = h("ol", { class: "run-steps" });
  #stepsPart = part("Steps", this.#steps);
  #filesPart;
  /** @type {Run | null} */
  #run = null;
  #asked = false;
  #timer = 0;
  #filesTimer = 0;
  #tick = 0;
  #unwatch = () => {};

  /** @param {string} run @param {import("../auth-store.js").User} user */
  constructor(run, user) {
    super();
    this.run = run;
    this.user = user;
    this.#files = artifacts(run);
    this.#questions = questions(run, user.readOnly === true);
    this.#filesPart = part("Files", this.#files.element);
  }

  connectedCallback() {
    this.replaceChildren(h("div", { class: "page run-page" }, back(), loading("Loading…")));
    this.#tick = window.setInterval(() => this.#drawTimes(), 1_000);
    void this.#begin();
  }

  disconnectedCallback() {
    this.#unwatch();
    this.#mark.end();
    this.#files.end();
    for (const timer of [this.#timer, this.#filesTimer]) clearTimeout(timer);
    clearInterval(this.#tick);
  }

  async #begin() {
    try {
      this.#run = (await ask("GET", `/api/executions/${encodeURIComponent(this.run)}`)).item;
    } catch (error) {
      this.replaceChildren(h("div", { class: "page run-page" }, back(), h("h1", { class: "unseen" }, "Execution"), errorNotice(error, () => this.#begin())));
      return;
    }
    if (!this.isConnected) return;
    this.#frame();
    this.#drawRun();
    this.#loadFiles();
    this.#unwatch = live.watch(`execution:${this.run}`, { after: 0 }, {
      event: (event) => this.#heard(/** @type {any} */ (event)),
      live: () => this.#mark.show(true),
      // The whole log comes again.
      reset: () => this.#again(),
      end: () => {
        this.#mark.show(false);
        this.#later();
      },
      error: () => this.#mark.show(false),
    });
  }

  #frame() {
    this.replaceChildren(
      h(
        "div",
        { class: "page run-page" },
        back(),
        h("div", { class: "page-head" }, this.#head, this.#actions),
        this.#timing,
        this.#progress.element,
        this.#questions.element,
        h(
          "div",
          { class: "run-columns" },
          h("div", { class: "run-main" }, this.#result, this.#view),
          h("aside", { class: "run-side", "aria-label": "About this run" }, this.#stepsPart, this.#filesPart, part("Facts", this.#facts)),
        ),
      ),
    );
  }

  /** @param {import("../runs/log.js").RunEvent} event */
  #heard(event) {
    const files = this.#log.artifacts;
    this.#log.add(event);
    if (event.kind === "state" && this.#run && event.seq > this.#run.last_seq) this.#later();
    if (this.#log.artifacts !== files) this.#loadFiles();
    if (this.#asked) return;
    this.#asked = true;
    // Many may come at once; they are shown together.
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#drawLog();
    });
  }

  #again() {
    this.#log = new RunLog();
    this.#view.clear();
  }

  /** Asks how the run stands now. */
  #later() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#reload(), REST);
  }

  async #reload() {
    try {
      this.#run = (await ask("GET", `/api/executions/${this.run}`)).item;
      this.#drawRun();
    } catch {
      // The next event asks again.
    }
  }

  #loadFiles() {
    clearTimeout(this.#filesTimer);
    this.#filesTimer = window.setTimeout(async () => {
      await this.#files.load().catch(() => {});
      this.#filesPart.hidden = this.#files.count === 0;
    }, REST);
  }

  #drawLog() {
    this.#view.show(this.#log.lines);
    const isEnd = isOver(this.#run?.state ?? "");
    this.#progress.draw(this.#log.progress, isEnd);
    this.#questions.draw(isEnd ? [...this.#log.questions.values()].map((one) => ({ ...one, isOpen: false })) : this.#log.questions.values());
    this.#drawTimes();
  }

  #drawRun() {
    const run = this.#run;
    if (run === null) return;
    document.title = `${run.task}, ${run.state} · Hearth`;
    const isAdmin = this.user.role === "admin";
    fill(
      this.#head,
      h("div", { class: "title-line" }, h("h1", null, run.task), h("span", { role: "status" }, stateMark(run.state)), this.#mark.element),
      h("div", { class: "run-labels" }, labelChips(run.labels)),
    );
    keepFocus(this.#actions, () => fill(this.#actions, this.user.readOnly ? [] : runActions(run, () => this.#reload())));
    fill(this.#facts, runFacts(run, isAdmin));
    fill(this.#result, resultOf(run));
    this.#drawLog();
  }

  #drawTimes() {
    if (this.#run === null) return;
    const now = Date.now();
    const isEnd = isOver(this.#run.state);
    fill(this.#timing, runTiming(this.#run, now));
    fill(this.#steps, stepList(this.#log.steps.values(), now, isEnd));
    this.#stepsPart.hidden = this.#log.steps.size === 0;
    this.#filesPart.hidden = this.#files.count === 0;
  }
}

function back() {
  return h("a", { href: runsHref(), class: "run-back" }, icon("back"), "Executions");
}

/** @param {string} title @param {HTMLElement} content */
function part(title, content) {
  const id = uniqueId();
  return h("section", { class: "run-part", "aria-labelledby": id }, h("h2", { id }, title), content);
}

/** What went in and what came of it. @param {Run} run */
function resultOf(run) {
  const error = run.error;
  const failed = error && notice("error", error.message ?? "It failed", error.code ? `Code: ${error.code}` : "");
  const expired = run.state === "expired" && notice("error", "No worker began it in time", "");
  return [failed || expired, folded("Output", run.output, true), folded("Input", run.input, false)];
}

/** @param {string} title @param {unknown} value @param {boolean} open */
function folded(title, value, open) {
  if (value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0)) return null;
  const text = writeJson(value, 2);
  return h("details", { class: "run-json", open: open && text.length < 4_000 }, h("summary", null, title), h("pre", { class: "code" }, text));
}

customElements.define("hearth-execution", HearthExecution);
