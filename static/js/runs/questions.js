/** What a run asks people, as forms. A form that somebody types in stays while the log grows. */

import { ask } from "../api.js";
import { errorNotice, notice } from "../components/notice.js";
import { toast } from "../components/toast.js";
import { fill, h, icon, uniqueId } from "../html.js";
import { ApiError } from "../http.js";
import { relative } from "./states.js";
import { shapeOf } from "./shape.js";
import { shapeForm } from "./shape-form.js";

/** @typedef {import("./log.js").Question} Question */

/** @param {string} run @param {boolean} readOnly whoever sees as somebody else answers nothing */
export function questions(run, readOnly) {
  const element = h("div", { class: "run-questions" });
  /** @type {Map<string, HTMLElement>} */
  const shown = new Map();
  return {
    element,
    /** @param {Iterable<Question>} all */
    draw(all) {
      for (const question of all) {
        const card = shown.get(question.request);
        if (!question.isOpen) {
          card?.remove();
          shown.delete(question.request);
        } else if (card === undefined) {
          const made = cardOf(run, question, readOnly);
          shown.set(question.request, made);
          element.append(made);
        }
      }
    },
  };
}

/** @param {string} run @param {Question} question @param {boolean} readOnly */
function cardOf(run, question, readOnly) {
  const { request, prompt, schema, until } = question;
  const id = uniqueId();
  const message = h("div");
  const isYesNo = schema?.type === "boolean";
  const form = isYesNo ? null : shapeForm(shapeOf(schema ?? { type: "string" }, "answer"));
  let isBusy = false;

  /** @param {unknown} data */
  async function send(data) {
    if (isBusy) return;
    isBusy = true;
    fill(message);
    try {
      await ask("POST", `/api/executions/${run}/input/${encodeURIComponent(request)}`, { data });
      toast("Answered");
    } catch (error) {
      const said = error instanceof ApiError && error.status === 422 && form ? form.fail(error, "data") : null;
      if (said === null) fill(message, errorNotice(error));
      else if (said.length > 0) fill(message, notice("error", "This is no answer to it", said.join(". ")));
    } finally {
      isBusy = false;
    }
  }
  const submit = () => {
    const given = form?.read();
    if (given) void send(given.value);
  };
  form?.element.addEventListener("save", submit);
  const button = (/** @type {string} */ text, /** @type {string} */ look, /** @type {() => void} */ run_) =>
    h("button", { type: "button", class: `button ${look}`, on: { click: run_ } }, text);
  return h(
    "section",
    { class: "run-question", "aria-labelledby": id },
    h("div", { class: "run-question-head" }, icon("info"), h("h2", { id }, readOnly ? "This run asks its owner" : "This run asks you"), until !== null && h("span", { class: "dim" }, `times out ${relative(new Date(until).toISOString(), Date.now())}`)),
    h("p", { class: "run-prompt" }, prompt),
    message,
    !readOnly && form?.element,
    !readOnly && h(
      "div",
      { class: "form-actions" },
      isYesNo ? [button("Yes", "main", () => void send(true)), button("No", "", () => void send(false))] : button("Answer", "main", submit),
    ),
  );
}
