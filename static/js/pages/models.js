/** The first page: what models there are. */

import { h } from "../html.js";
import { recordsHref } from "../router.js";
import { notice } from "../components/notice.js";

/** @typedef {import("../schema.js").Model} Model */

const EXAMPLE = `[models.notes]

[models.notes.fields]
title = { type = "string", required = true }
done  = { type = "boolean", default = false }`;

/** More names than this say no more. */
const NAMES = 8;

/**
 * @param {Model[]} models
 * @param {boolean} isLost whether the address led nowhere
 */
export function modelsPage(models, isLost) {
  return h(
    "div",
    { class: "page" },
    h(
      "div",
      { class: "page-head" },
      h("div", null, h("h1", null, "Models"), h("p", { class: "lead" }, "Declared in config.toml, served as typed REST.")),
    ),
    isLost && notice("warning", "There is no such page", "Here are the models instead."),
    models.length === 0 ? empty() : h("ul", { class: "model-list" }, models.map(entry)),
  );
}

/** @param {Model} model */
function entry(model) {
  const names = model.fields.map((field) => field.name);
  const more = names.length - NAMES;
  return h(
    "li",
    null,
    h(
      "a",
      { href: recordsHref(model.name), class: "model-card" },
      h("span", { class: "model-name" }, model.plural, h("code", null, `/api/${model.name}`)),
      model.description !== "" && h("span", { class: "model-about" }, model.description),
      h(
        "span",
        { class: "model-fields" },
        names.slice(0, NAMES).map((name) => h("code", { class: "chip" }, name)),
        more > 0 && h("span", { class: "dim" }, `and ${more} more`),
      ),
    ),
  );
}

function empty() {
  return h(
    "div",
    { class: "empty" },
    h("h2", null, "No models yet"),
    h(
      "p",
      null,
      "A model gives you a table, typed endpoints and this console’s forms. Write one into config.toml and start Hearth again:",
    ),
    h("pre", { class: "code", tabindex: "0", "aria-label": "An example of a model" }, EXAMPLE),
  );
}
