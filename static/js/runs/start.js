/** Starts an execution: which task, its input by the declared schema, and when and how it shall run. */

import { call, freshKey } from "../api.js";
import { errorNotice, notice } from "../components/notice.js";
import { toast } from "../components/toast.js";
import { fieldOf } from "../schema.js";
import { fill, h, icon, uniqueId } from "../html.js";
import { ApiError } from "../http.js";
import { writeJson } from "../json.js";
import { go } from "../router.js";
import { runsHref } from "./query.js";
import { labelsOf, shapeOf } from "./shape.js";
import { shapeForm } from "./shape-form.js";
import { fieldRow } from "../components/field-row.js";

/** @typedef {{ name: string, input: { [key: string]: unknown } | null, timeout_seconds: number | null, max_attempts: number, concurrency: number | null, schedule: string | null, command: boolean }} Task */

const OPTIONS = [
  { name: "run_at", schema: { type: ["string", "null"], format: "date-time", description: "Not before then." } },
  { name: "start_by", schema: { type: ["string", "null"], format: "date-time", description: "It expires if no worker has begun by then." } },
  { name: "priority", schema: { type: ["integer", "null"], minimum: -100, maximum: 100, description: "The highest is claimed first." } },
  { name: "labels", schema: { type: ["array", "null"], items: { type: "string" }, description: "Each as name:value, to find it by." } },
  { name: "concurrency_key", schema: { type: ["string", "null"], maxLength: 200, description: "Of all runs with this key one runs at a time." } },
];

/**
 * @param {string} chosen the task to begin with
 * @param {() => void} closed
 * @returns {() => void} closes it
 */
export function openStart(chosen, closed) {
  const titleId = uniqueId();
  const message = h("div", { class: "drawer-message" });
  const place = h("div", { class: "run-input" });
  const list = h("datalist", { id: uniqueId() });
  const task = h("input", { type: "text", name: "task", list: list.id, autocomplete: "off", spellcheck: "false", "aria-required": "true" });
  const row = fieldRow("task", task, { hint: "A declared task, or whatever name a worker claims.", note: "required" });
  const facts = h("p", { class: "dim run-task-facts" });
  const options = shapeForm({ fields: OPTIONS.map(({ name, schema }) => optional(name, schema)), single: false });
  const start = h("button", { type: "button", class: "button main" }, icon("play"), "Run");
  /** @type {Map<string, Task>} */
  let tasks = new Map();
  let input = shapeForm(shapeOf(null, "input"));
  /** For which task the form of the input is. @type {string | null} */
  let shownFor = null;
  let key = freshKey();
  let lastBody = "";
  let isBusy = false;

  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { class: "drawer", "aria-labelledby": titleId },
    h(
      "header",
      { class: "drawer-head" },
      h("h2", { id: titleId }, "Run a task"),
      h("button", { type: "button", class: "button icon-only quiet", "aria-label": "Close", on: { click: () => dialog.close() } }, icon("close")),
    ),
    h(
      "div",
      { class: "drawer-scroll" },
      message,
      h("div", { class: "drawer-body run-start" }, row.element, facts, list, place, h("details", null, h("summary", null, "When and how"), options.element)),
    ),
    h("footer", { class: "drawer-foot" }, h("span", { class: "space" }), h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel"), start),
  );

  /** The input's form is the declared one, once a whole name stands there. */
  function follow() {
    const declared = tasks.get(task.value.trim());
    fill(facts, declared ? factsOf(declared) : "");
    const now = declared?.name ?? "";
    if (now === shownFor) return;
    shownFor = now;
    input = shapeForm(shapeOf(declared?.input, "input"));
    input.element.addEventListener("save", () => void submit());
    fill(place, h("h3", null, "Input"), input.element);
  }

  async function submit() {
    if (isBusy) return;
    fill(message);
    row.setFault(task.value.trim() === "" ? "Say which task to run" : null);
    const body = bodyOf();
    if (task.value.trim() === "") return task.focus();
    if (body === null) return;
    const text = writeJson(body);
    if (text !== lastBody) key = freshKey();
    lastBody = text;
    isBusy = true;
    start.setAttribute("aria-disabled", "true");
    try {
      const { item } = (await call("POST", "/api/executions", { body, headers: { "Idempotency-Key": key } })).body;
      toast(`${item.task} is ${item.state}`);
      dialog.close();
      go(runsHref(item.id));
    } catch (error) {
      refuse(error);
    } finally {
      isBusy = false;
      start.removeAttribute("aria-disabled");
    }
  }

  /** @returns {{ [name: string]: unknown } | null} */
  function bodyOf() {
    const given = input.read();
    const chosen = options.read();
    if (given === null || chosen === null) return null;
    const { labels, ...more } = /** @type {{ [name: string]: unknown }} */ (chosen.value);
    const named = labelsOf(labels);
    if (named === null) {
      fill(message, notice("error", "A label is a name and a value", "Write it like customer:7."));
      return null;
    }
    const set = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== null));
    const labelled = Object.keys(named).length > 0 ? { labels: named } : {};
    return { task: task.value.trim(), input: given.value ?? {}, ...set, ...labelled };
  }

  /** @param {unknown} error */
  function refuse(error) {
    if (!(error instanceof ApiError) || error.fields.length === 0) {
      fill(message, errorNotice(error, submit));
      return;
    }
    const rest = input.fail(error, "input");
    const others = error.fields.filter(({ loc }) => loc[1] !== "input");
    row.setFault(others.find(({ loc }) => loc[1] === "task")?.msg ?? null);
    const said = [...rest, ...others.filter(({ loc }) => loc[1] !== "task").map(({ loc, msg }) => `${loc.slice(1).join(".")}: ${msg}`)];
    if (said.length > 0) fill(message, notice("error", "This can't be run", said.join(". ")));
  }

  task.addEventListener("input", follow);
  task.addEventListener("change", follow);
  start.addEventListener("click", () => void submit());
  options.element.addEventListener("save", () => void submit());
  dialog.addEventListener("mousedown", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  task.value = chosen;
  follow();
  document.body.append(dialog);
  dialog.showModal();
  task.focus();
  void call("GET", "/api/executions/tasks").then(({ body }) => {
    tasks = new Map(body.items.map((/** @type {Task} */ one) => [one.name, one]));
    list.replaceChildren(...[...tasks.keys()].map((name) => h("option", { value: name })));
    if (task.value === "" && tasks.size === 1) task.value = [...tasks.keys()][0] ?? "";
    follow();
  }, (error) => fill(message, errorNotice(error)));
  return () => dialog.close();
}

/** @param {string} name @param {{ [key: string]: unknown }} schema */
function optional(name, schema) {
  return { ...fieldOf(name, schema), required: false, inCreate: true, inUpdate: true, inItem: true };
}

/** @param {Task} task */
function factsOf(task) {
  const said = [
    task.command ? "Hearth runs it." : "A worker runs it.",
    task.max_attempts > 1 ? `Tried up to ${task.max_attempts} times.` : "Tried once.",
    task.timeout_seconds !== null && `Each try has ${task.timeout_seconds >= 60 ? `${Math.round(task.timeout_seconds / 60)} min` : `${task.timeout_seconds} s`}.`,
    task.concurrency !== null && `At most ${task.concurrency} at once.`,
    task.schedule !== null && `It also runs by itself: ${task.schedule}.`,
  ];
  return said.filter(Boolean).join(" ");
}
