/** All models as cards, with a line from each reference to what it refers to. On a phone the cards are a list, and the references are links. */

import { h, icon, uniqueId } from "../html.js";
import { schemaHref } from "../router.js";
import { accessWords, columnsOf, curve, typeWords } from "./layout.js";

/** @typedef {import("./layout.js").Model} Model */

const SPACE = "http://www.w3.org/2000/svg";
const STATES = { new: "new", changed: "changed", in_force: "" };

/** @param {Model[]} models */
export function diagram(models) {
  const { columns, alone } = columnsOf(models);
  const lines = document.createElementNS(SPACE, "svg");
  lines.setAttribute("class", "design-lines");
  lines.setAttribute("aria-hidden", "true");
  const place = h(
    "div",
    { class: "design-columns" },
    columns.map((column) => h("ul", { class: "design-column" }, column.map(card))),
  );
  if (columns.length > 0) place.append(lines);
  const whole = h(
    "div",
    { class: "design", role: "region", "aria-label": "Models and references", tabindex: "0" },
    columns.length > 0 && place,
    alone.length > 0 && h("ul", { class: "design-alone" }, alone.map(card)),
  );
  if (columns.length > 0) new ResizeObserver(() => draw(place, lines, models)).observe(place);
  highlight(place);
  return whole;
}

/** @param {Model} model */
function card(model) {
  const id = uniqueId();
  const state = STATES[/** @type {keyof typeof STATES} */ (model.state)] ?? "";
  const single = new Set(model.unique.filter(({ fields }) => fields.length === 1).map(({ fields }) => fields[0]));
  return h(
    "li",
    { class: "design-card", "data-model": model.name },
    h(
      "div",
      { class: "design-head" },
      h("h3", { id }, h("a", { href: schemaHref(model.name), title: "Change this model" }, model.name)),
      state !== "" && h("span", { class: "chip design-state" }, `${state} at the next start`),
    ),
    h("ul", { class: "design-fields", "aria-labelledby": id }, model.fields.map((field) => fieldLine(model, field, single.has(field.name)))),
    h(
      "dl",
      { class: "design-access" },
      accessWords(model.access).map(([what, who]) => h("div", null, h("dt", null, what), h("dd", null, who))),
    ),
  );
}

/** @param {Model} model @param {import("./layout.js").Field} field @param {boolean} isUnique */
function fieldLine(model, field, isUnique) {
  const marks = [isUnique && "unique", field.read_only && "read-only", field.write_only && "hidden"].filter((mark) => mark !== false);
  const type = typeWords(field);
  return h(
    "li",
    { class: "design-field", "data-field": field.name, "data-target": field.references?.model ?? null },
    h("span", { class: "design-name" }, field.name, field.required && h("span", { class: "design-required", title: "required" }, "*", h("span", { class: "unseen" }, " required"))),
    marks.map((mark) => h("span", { class: "design-mark" }, mark)),
    field.references
      ? h("a", { class: "design-type", href: schemaHref(field.references.model), "aria-label": `${model.name}.${field.name} refers to ${field.references.model}` }, type)
      : h("span", { class: "design-type" }, type),
  );
}

/** @param {HTMLElement} place @param {SVGElement} lines @param {Model[]} models */
function draw(place, lines, models) {
  lines.replaceChildren();
  const origin = place.getBoundingClientRect();
  lines.setAttribute("width", String(place.scrollWidth));
  lines.setAttribute("height", String(place.scrollHeight));
  const side = (/** @type {Element} */ box, /** @type {Element} */ row) => {
    const [outer, inner] = [box.getBoundingClientRect(), row.getBoundingClientRect()];
    return { left: outer.left - origin.left, right: outer.right - origin.left, y: inner.top - origin.top + inner.height / 2 };
  };
  for (const row of place.querySelectorAll(".design-field[data-target]")) {
    const [from, target] = [row.closest(".design-card"), row.getAttribute("data-target") ?? ""];
    const to = place.querySelector(`.design-card[data-model="${CSS.escape(target)}"]`);
    const head = to?.querySelector(".design-head");
    if (!from || !to || !head || !models.some(({ name }) => name === target)) continue;
    const path = document.createElementNS(SPACE, "path");
    path.setAttribute("d", curve(side(from, row), side(to, head)));
    path.setAttribute("data-ends", `${from.getAttribute("data-model")} ${target}`);
    const dot = document.createElementNS(SPACE, "circle");
    const end = path.getPointAtLength(path.getTotalLength());
    dot.setAttribute("cx", String(end.x));
    dot.setAttribute("cy", String(end.y));
    dot.setAttribute("r", "3");
    lines.append(path, dot);
  }
}

/** What belongs to the card under the pointer or with the focus stands out. @param {HTMLElement} place */
function highlight(place) {
  const show = (/** @type {Event} */ event) => {
    const card = event.target instanceof Element && !/out$/.test(event.type) ? event.target.closest(".design-card") : null;
    const name = card?.getAttribute("data-model");
    for (const path of place.querySelectorAll("path"))
      path.classList.toggle("near", name !== null && name !== undefined && (path.getAttribute("data-ends") ?? "").split(" ").includes(name));
  };
  for (const event of ["pointerover", "pointerout", "focusin", "focusout"]) place.addEventListener(event, show);
}

/** An empty place, with what to do. @param {string} href */
export function noModels(href) {
  return h("div", { class: "empty" }, h("p", null, "No model is declared."), h("a", { class: "button main", href }, icon("add"), "Add a model"));
}
