/** The menus over a table: which columns, saved views, and what can be done with all of its records. */

import { h, icon } from "../html.js";
import { withView } from "../views.js";
import { entry, popup } from "./popup.js";

/** @typedef {import("../views.js").View} View */
/** @typedef {import("../views.js").Liking} Liking */

/**
 * @param {import("../columns.js").Column[]} columns
 * @param {() => string[] | null} chosen
 * @param {(chosen: string[] | null) => void} change
 */
export function columnsMenu(columns, chosen, change) {
  return popup(
    "Columns",
    "columns",
    (close) => {
      const boxes = columns
        .filter(({ name }) => name !== "id")
        .map(({ name, label }) => {
          const box = h("input", { type: "checkbox", value: name, checked: chosen()?.includes(name) ?? true });
          return { box, line: h("label", { class: "popup-item" }, box, h("span", null, label)) };
        });
      const changed = () => {
        const names = boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
        change(names.length === boxes.length ? null : names);
      };
      for (const { box } of boxes) box.addEventListener("change", changed);
      const all = () => {
        change(null);
        close();
      };
      return [h("div", { class: "popup-scroll" }, boxes.map(({ line }) => line)), h("hr"), entry("reload", "Show all", all)];
    },
    { iconOnly: true },
  );
}

/**
 * @param {{ liking: () => Liking, keep: (liking: Liking) => void, now: () => Omit<View, "name">, open: (view: View) => void }} options
 */
export function viewsMenu({ liking, keep, now, open }) {
  return popup(
    "Views",
    "save",
    (close) => {
      const name = h("input", { type: "text", "aria-label": "Name of the view", placeholder: "Name this view", maxlength: "60" });
      const form = h("form", { class: "popup-form" }, name, h("button", { type: "submit", class: "button" }, "Save"));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (name.value.trim() === "") return name.focus();
        keep(withView(liking(), { name: name.value.trim(), ...now() }));
        close();
      });
      const { views } = liking();
      const lines = views.map((view) => {
        const line = h("div", { class: "popup-line" });
        const go = () => {
          close();
          open(view);
        };
        const drop = () => {
          keep({ ...liking(), views: liking().views.filter(({ name }) => name !== view.name) });
          line.remove();
          form.querySelector("input")?.focus();
        };
        line.append(
          entry("save", view.name, go),
          h("button", { type: "button", class: "button icon-only quiet", "aria-label": `Delete the view ${view.name}`, on: { click: drop } }, icon("trash")),
        );
        return line;
      });
      const none = h("p", { class: "popup-note" }, "A view keeps the filters, the order and the columns as they are now.");
      return [views.length > 0 ? h("div", { class: "popup-scroll" }, lines) : none, h("hr"), form];
    },
    { iconOnly: true },
  );
}

/** @param {{ sign: import("../html.js").IconName, text: string, run: () => unknown }[]} entries */
export function moreMenu(entries) {
  return popup(
    "More",
    "more",
    (close) =>
      entries.map(({ sign, text, run }) =>
        entry(sign, text, () => {
          close();
          void run();
        }),
      ),
    { iconOnly: true },
  );
}
