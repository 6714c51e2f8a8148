/**
 * What an execution's events say, as they come: the lines of its log, its steps, its progress, what it asks, its files.
 * Pure. Lines are small, since there may be a hundred thousand of them.
 */

import { writeJson } from "../json.js";
import { sizeText } from "./states.js";

/** @typedef {{ seq: number, at: string, attempt: number, kind: string, data: { [name: string]: any } }} RunEvent */
/** @typedef {"debug" | "info" | "warn" | "error" | "mark" | "quiet" | "data"} Look */
/** @typedef {{ seq: number, at: string, tag: string, text: string, look: Look, more: boolean, event: RunEvent }} Line `more`: it goes on the line before */
/** @typedef {{ id: string, name: string, state: string, since: string, until: string | null }} Step */
/** @typedef {{ current: number, total: number | null, message: string, at: string }} Progress */
/** @typedef {{ request: string, prompt: string, schema: any, until: number | null, isOpen: boolean }} Question */

const LEVELS = ["debug", "info", "warn", "error"];

export class RunLog {
  /** @type {Line[]} */
  lines = [];
  /** @type {Map<string, Step>} */
  steps = new Map();
  /** @type {Progress | null} */
  progress = null;
  /** @type {Map<string, Question>} */
  questions = new Map();
  /** How many files were named so far. */
  artifacts = 0;
  /** What the last event of state said. @type {{ to: string, at: string } | null} */
  state = null;
  #attempt = 0;

  /** @param {RunEvent} event @returns {number} how many lines it gave */
  add(event) {
    const before = this.lines.length;
    const { kind, data, at } = event;
    switch (kind) {
      case "log":
        this.#log(event);
        break;
      case "progress":
        this.progress = { current: data["current"], total: data["total"] ?? null, message: data["message"] ?? "", at };
        break;
      case "step":
        this.#step(event);
        break;
      case "state":
        this.#state(event);
        break;
      case "input.request":
        this.#ask(event);
        break;
      case "input.answer":
        this.#answer(event);
        break;
      case "artifact":
        this.artifacts += 1;
        this.#line(event, "file", `${data["name"]} (${sizeText(data["size"])})`, "mark");
        break;
      case "cancel":
        this.#line(event, "cancel", data["reason"] ? `Asked to stop: ${data["reason"]}` : "Asked to stop", "warn");
        break;
      case "lease":
        this.#line(event, "lease", `Held by ${data["worker"] ?? "a worker"}, fence ${data["fence"]}`, "quiet");
        break;
      case "truncated":
        this.#line(event, "cut", "The log is full; lines are left out from here", "warn");
        break;
      default:
        this.#line(event, kind, writeJson(data), "data");
    }
    return this.lines.length - before;
  }

  /** @param {RunEvent} event @param {string} tag @param {string} text @param {Look} look @param {boolean} [more] */
  #line(event, tag, text, look, more = false) {
    this.lines.push({ seq: event.seq, at: event.at, tag, text, look, more, event });
  }

  /** @param {RunEvent} event */
  #log(event) {
    const { message, level, stream, fields } = event.data;
    const look = /** @type {Look} */ (LEVELS.includes(level) ? level : "info");
    const text = fields && Object.keys(fields).length > 0 ? `${message}  ${writeJson(fields)}` : String(message);
    const tag = look === "info" || look === "debug" ? (stream === "stderr" ? "stderr" : look === "debug" ? "debug" : "") : look;
    text.split("\n").forEach((part, at) => this.#line(event, at === 0 ? tag : "", part.replace(/\r$/, ""), look, at > 0));
  }

  /** @param {RunEvent} event */
  #step(event) {
    const { id, state } = event.data;
    const known = this.steps.get(id);
    const name = event.data["name"] ?? known?.name ?? id;
    const isOver = state === "succeeded" || state === "failed" || state === "skipped";
    const since = known && known.state !== "pending" ? known.since : event.at;
    this.steps.set(id, { id, name, state, since, until: isOver ? event.at : null });
    this.#line(event, "step", `${name}: ${state}`, state === "failed" ? "error" : "mark");
  }

  /** @param {RunEvent} event */
  #state(event) {
    const { to, reason, worker } = event.data;
    const attempt = event.data["attempt"] ?? event.attempt;
    if (attempt > this.#attempt) {
      // Another attempt begins from the start.
      this.#attempt = attempt;
      this.steps.clear();
      this.progress = null;
    }
    this.state = { to, at: event.at };
    if (["succeeded", "failed", "cancelled", "expired"].includes(to)) this.questions.forEach((one) => (one.isOpen = false));
    const more = [reason !== to && reason, worker && to === "running" && `by ${worker}`, attempt > 1 && to === "running" && `attempt ${attempt}`].filter(Boolean);
    this.#line(event, "state", `${to}${more.length > 0 ? ` (${more.join(", ")})` : ""}`, to === "failed" || to === "expired" ? "error" : "mark");
  }

  /** @param {RunEvent} event */
  #ask(event) {
    const { request, prompt, schema, timeout } = event.data;
    const until = typeof timeout === "number" ? Date.parse(event.at) + timeout * 1_000 : null;
    this.questions.set(request, { request, prompt, schema, until, isOpen: true });
    this.#line(event, "asks", String(prompt).split("\n")[0] ?? "", "warn");
  }

  /** @param {RunEvent} event */
  #answer(event) {
    const { request, data } = event.data;
    const question = this.questions.get(request);
    if (question) question.isOpen = false;
    this.#line(event, "answer", event.data["timed_out"] ? `${request}: no answer in time` : `${request}: ${writeJson(data)}`, "mark");
  }
}

/** What of the log is shown. @type {{ name: string, text: string, keeps: (line: Line) => boolean }[]} */
export const VIEWS = [
  { name: "all", text: "Everything", keeps: () => true },
  { name: "log", text: "Log lines", keeps: ({ event }) => event.kind === "log" },
  { name: "bad", text: "Warnings and errors", keeps: ({ look }) => look === "warn" || look === "error" },
  { name: "events", text: "Events", keeps: ({ event }) => event.kind !== "log" },
];

/** The steps, the progress and the like of a run's log as one line of text each. @param {Progress} progress */
export function progressText({ current, total, message }) {
  const count = total === null ? String(current) : total === 100 ? `${Math.round(current)} %` : `${current} of ${total}`;
  return message === "" ? count : `${count} · ${message}`;
}

/** From 0 to 1; null where nobody knows. @param {Progress | null} progress */
export function partOf(progress) {
  if (progress === null || progress.total === null || progress.total <= 0) return null;
  return Math.min(1, Math.max(0, progress.current / progress.total));
}
