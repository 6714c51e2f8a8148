/** One call of the API: what it does, a request to be run from here, the same for programs, and what was answered. */

import { call } from "../api.js";
import { explain } from "../errors.js";
import { fill, h, icon } from "../html.js";
import { ApiError } from "../http.js";
import { parseJson, writeJson } from "../json.js";
import { LANGUAGES, snippet } from "../snippets.js";
import { codeBlock } from "./copy.js";
import { fieldRow } from "./field-row.js";
import { confirmed } from "./confirm.js";

/** @typedef {{ name: string, value: string, hint: string, inPath?: boolean }} Parameter */
/** @typedef {{ method: string, path: string, about: string, parameters: Parameter[], body?: unknown, isDangerous?: boolean }} Call */

/** Longer answers are cut here; programs get them whole. */
const LONGEST = 20_000;

/**
 * @param {Call} what
 * @param {boolean} isOpen
 */
export function apiCall(what, isOpen) {
  const lines = what.parameters.map(({ name, value, hint }) => {
    const input = h("input", { type: "text", class: "short", autocomplete: "off", spellcheck: "false" });
    input.value = value;
    return fieldRow(name, input, { note: hint });
  });
  const body = what.body === undefined ? null : h("textarea", { class: "code", rows: 4, spellcheck: "false" });
  if (body) body.value = writeJson(what.body, 2);
  const bodyRow = body && fieldRow("Body", body, { note: "JSON" });
  const code = h("div", { class: "api-code" });
  const answer = h("div", { class: "api-answer" });
  const run = h("button", { type: "submit", class: "button main" }, icon("play"), "Run");
  let language = LANGUAGES[0] ?? "curl";
  const tabs = LANGUAGES.map((name) =>
    h("button", { type: "button", class: "tab", "aria-pressed": String(name === language), on: { click: () => speak(name) } }, name),
  );

  /** The request as it is typed; its body stays a text where it is no JSON. */
  function request() {
    const query = new URLSearchParams();
    let path = what.path;
    what.parameters.forEach(({ name, inPath }, at) => {
      const value = lines[at]?.control.value.trim() ?? "";
      if (inPath) path = path.replace(`{${name}}`, encodeURIComponent(value));
      else if (value !== "") query.set(name, value);
    });
    return { method: what.method, path: query.size > 0 ? `${path}?${query}` : path };
  }
  function draw() {
    const { method, path } = request();
    let typed;
    try {
      typed = body ? parseJson(body.value) : undefined;
      bodyRow?.setFault(null);
    } catch (error) {
      bodyRow?.setFault(`This is not valid JSON: ${error instanceof Error ? error.message : error}`);
      return;
    }
    fill(code, codeBlock(snippet(language, { method, url: location.origin + path, body: typed }), `The request in ${language}`));
  }
  /** @param {import("../snippets.js").Language} name */
  function speak(name) {
    language = name;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.textContent === name));
    draw();
  }
  async function send() {
    draw();
    if (body?.getAttribute("aria-invalid") === "true") return body.focus();
    const { method, path } = request();
    if (what.isDangerous && !(await confirmed(`${method} ${path}?`, "This runs for real, as you. It can’t be taken back.", method))) return;
    run.setAttribute("aria-disabled", "true");
    const began = performance.now();
    try {
      const { status, body: said } = await call(method, path, body ? { body: parseJson(body.value) } : {});
      tell(status, said, began);
    } catch (error) {
      if (error instanceof ApiError && error.status > 0) tell(error.status, { detail: error.fields.length > 0 ? error.fields : error.message, code: error.code, request_id: error.requestId }, began);
      else fill(answer, h("p", { class: "fault", role: "alert" }, icon("alert"), explain(error).title));
    } finally {
      run.removeAttribute("aria-disabled");
    }
  }
  /**
   * @param {number} status
   * @param {unknown} said
   * @param {number} began
   */
  function tell(status, said, began) {
    const text = writeJson(said, 2);
    const look = status < 400 ? "good" : "bad";
    fill(
      answer,
      h("p", { class: "api-status", role: "status" }, h("span", { class: `status ${look}` }, String(status)), ` in ${Math.round(performance.now() - began)} ms`),
      codeBlock(text.length > LONGEST ? `${text.slice(0, LONGEST)}\n…` : text, "The answer"),
    );
  }

  const form = h(
    "form",
    { novalidate: true, class: "api-form" },
    h("p", { class: "dim" }, what.about),
    lines.length > 0 && h("div", { class: "api-parameters" }, lines.map(({ element }) => element)),
    bodyRow?.element,
    h("div", { class: "api-tabs" }, h("div", { role: "group", "aria-label": "Language", class: "tabs" }, tabs), run),
    code,
    answer,
  );
  form.addEventListener("input", draw);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  draw();
  return h(
    "details",
    { class: "api-call", open: isOpen },
    h("summary", null, h("span", { class: `method ${what.method.toLowerCase()}` }, what.method), h("code", null, what.path), h("span", { class: "dim api-name" }, what.about)),
    form,
  );
}
