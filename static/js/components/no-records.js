/** What stands in place of an empty table: how a record comes about, here and from a program. */

import { exampleOf } from "../example.js";
import { h, icon } from "../html.js";
import { writeJson } from "../json.js";
import { recordsHref } from "../router.js";
import { codeBlock } from "./copy.js";
import { notice } from "./notice.js";

/** @typedef {import("../schema.js").Model} Model */

/**
 * @param {Model} model
 * @param {boolean} mayCreate
 */
export function noRecords(model, mayCreate) {
  const command = curl(model);
  return h(
    "div",
    { class: "empty" },
    h("h2", null, `No ${model.plural.toLowerCase()} yet`),
    mayCreate && h("p", null, "Create the first one here, or from a program:"),
    mayCreate &&
      h(
        "p",
        null,
        h("a", { class: "button main", href: recordsHref(model.name, "new") }, icon("add"), `New ${model.title.toLowerCase()}`),
      ),
    codeBlock(command, "A command that creates one"),
    h(
      "p",
      { class: "dim" },
      "$TOKEN is the access_token in the answer of POST /api/auth/login. ",
      h("a", { href: "/docs", target: "_blank", rel: "noopener" }, "API docs"),
    ),
  );
}

/** @param {Model} model */
function curl(model) {
  const body = writeJson(exampleOf(model.fields)).replaceAll("'", "'\\''");
  return [
    `curl ${location.origin}/api/${model.name} \\`,
    `  -H "Authorization: Bearer $TOKEN" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body}'`,
  ].join("\n");
}

/** @param {Model} model @param {() => void} clear */
export function nothingFits(model, clear) {
  const text = "Filters keep the records whose fields equal their values; of two for one field either will do.";
  const title = `No ${model.plural.toLowerCase()} fit these filters`;
  return h("div", { class: "page" }, notice("info", title, text, [{ label: "Clear the filters", run: clear }]));
}
