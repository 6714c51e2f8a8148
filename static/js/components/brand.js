/** The name, with its sign. */

import { h } from "../html.js";

export function brand() {
  return h("div", { class: "brand" }, h("img", { src: "/console/favicon.svg", alt: "", width: "22", height: "22" }), "Hearth");
}
