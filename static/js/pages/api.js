/** The API as one can use it from here: for each model every call, to be run with one's own session. */

import { list } from "../api.js";
import { apiCall } from "../components/api-call.js";
import { exampleChange, exampleOf } from "../example.js";
import { fill, h, icon } from "../html.js";
import { apiHref, go, recordsHref } from "../router.js";

/** @typedef {import("../schema.js").Model} Model */

/**
 * @param {Model[]} models
 * @param {string | null} name
 */
export function apiPage(models, name) {
  const model = models.find((one) => one.name === name) ?? models[0];
  const calls = h("div", { class: "api-calls" });
  const choice = h(
    "select",
    { "aria-label": "Model", class: "api-model" },
    models.map((one) => h("option", { value: one.name, selected: one === model }, one.plural)),
  );
  choice.addEventListener("change", () => go(apiHref(choice.value)));
  const page = h(
    "div",
    { class: "page" },
    h(
      "div",
      { class: "page-head" },
      h("div", null, h("h1", null, "API"), h("p", { class: "lead" }, "Requests that run from here, as you. Programs send the same with a token.")),
      h("div", { class: "page-actions" }, h("a", { class: "button", href: "/docs", target: "_blank", rel: "noopener" }, icon("docs"), "Docs")),
    ),
    model && h("div", { class: "api-head" }, choice, h("a", { href: recordsHref(model.name) }, "Records")),
    model ? calls : h("p", { class: "dim" }, "There are no models yet, so there is nothing to call."),
    h(
      "p",
      { class: "dim api-note" },
      "A token is the access_token that POST /api/auth/login answers, or an API key. ",
      h("a", { href: "/openapi.json", target: "_blank", rel: "noopener" }, "openapi.json"),
      " describes every call.",
    ),
  );
  if (model) void showCalls(calls, model);
  return page;
}

/**
 * @param {HTMLElement} place
 * @param {Model} model
 */
async function showCalls(place, model) {
  let id = "1";
  try {
    const { items } = await list(model.name, { limit: 1, sort: "-id" });
    id = String(items[0]?.id ?? id);
  } catch {
    // Then one types an id.
  }
  fill(place, callsOf(model, id).map((what, at) => apiCall(what, at === 0)));
}

/**
 * @param {Model} model
 * @param {string} id of a record that is there
 * @returns {import("../components/api-call.js").Call[]}
 */
export function callsOf(model, id) {
  const path = `/api/${model.name}`;
  const one = `${path}/{id}`;
  const what = model.title.toLowerCase();
  const named = { name: "id", value: id, hint: `a ${what}’s id`, inPath: true };
  const change = exampleChange(model.fields);
  return [
    {
      method: "GET",
      path,
      about: `A page of ${model.plural.toLowerCase()}`,
      parameters: [
        { name: "limit", value: "10", hint: "at most 500" },
        { name: "sort", value: "-created_at", hint: "- is down" },
        { name: "cursor", value: "", hint: "next_cursor" },
      ],
    },
    { method: "POST", path, about: `A new ${what}; an array makes many`, parameters: [], body: exampleOf(model.fields) },
    { method: "GET", path: one, about: `One ${what}`, parameters: [named] },
    { method: "PUT", path: one, about: "Sets the fields that are sent, leaves the others", parameters: [named], body: change },
    { method: "PATCH", path: one, about: "A merge patch, also into objects", parameters: [named], body: change },
    { method: "DELETE", path: one, about: `Deletes the ${what}`, parameters: [named], isDangerous: true },
  ];
}
