/** A small live plot: lines over the last minutes, the newest value in words beside them. SVG, without a library. */

import { fill, h } from "../html.js";
import { linesOf, ceiling } from "./plot-lines.js";

/** @typedef {{ name: string, tone: "one" | "two" | "three", read: (point: import("./metrics.js").Point) => number | null }} Series */
/** @typedef {{ title: string, series: Series[], format: (value: number) => string, span: number, isSize?: boolean }} PlotOptions `span` in milliseconds */

const SPACE = "http://www.w3.org/2000/svg";
const WIDTH = 300;
const HEIGHT = 80;
/** Few readings at the beginning would be hard to see in the whole span; in milliseconds. */
const SHORTEST = 30_000;

/** @param {PlotOptions} options */
export function plot(options) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const legend = h("div", { class: "plot-legend" });
  const top = h("span", { class: "plot-top" });
  const element = h(
    "figure",
    { class: "plot" },
    h("figcaption", null, h("span", { class: "plot-title" }, options.title), legend),
    h("div", { class: "plot-frame" }, svg, top),
  );
  return { element, show };

  /** @param {import("./metrics.js").Point[]} points */
  function show(points) {
    const readings = options.series.map(({ read }) => points.map((point) => ({ at: point.at, value: read(point) })));
    const most = ceiling(readings.flat().map(({ value }) => value ?? 0), options.isSize);
    const until = points.at(-1)?.at ?? 0;
    const begun = Math.min(points[0]?.at ?? until, until - SHORTEST);
    const view = { width: WIDTH, height: HEIGHT, since: Math.max(begun, until - options.span), until, most };
    svg.replaceChildren(
      ...options.series.flatMap(({ tone }, at) => linesOf(readings[at] ?? [], view).map((line) => polyline(line, tone))),
    );
    const now = options.series.map(({ name, read }) => {
      const value = points.length === 0 ? null : read(/** @type {import("./metrics.js").Point} */ (points.at(-1)));
      return { name, text: value === null ? "–" : options.format(value) };
    });
    fill(legend, now.map(({ name, text }, at) => h("span", { class: `tone-${options.series[at]?.tone}` }, name !== "" && `${name} `, h("b", null, text))));
    top.textContent = options.format(most);
    svg.setAttribute("aria-label", `${options.title}: ${now.map(({ name, text }) => `${name} ${text}`.trim()).join(", ")}`);
  }
}

/** @param {string} line @param {string} tone */
function polyline(line, tone) {
  const element = document.createElementNS(SPACE, "polyline");
  element.setAttribute("points", line);
  element.setAttribute("class", `plot-line stroke-${tone}`);
  element.setAttribute("vector-effect", "non-scaling-stroke");
  return element;
}
