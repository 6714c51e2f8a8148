/** The settings in force, and where each comes from. Secrets are not among what the server tells. */

import { ask } from "../api.js";
import { dataTable } from "../components/data-table.js";
import { panel } from "../components/panel.js";
import { h } from "../html.js";
import { writeJson } from "../json.js";

/** @typedef {{ name: string, value: unknown, source: string, bounds: string, restart: boolean }} Setting */

export function settingsTable() {
  const search = h("input", { type: "search", "aria-label": "Search settings", placeholder: "Name of a setting" });
  const changed = h("input", { type: "checkbox", id: "settings-changed" });
  /** @type {Promise<Setting[]> | null} */
  let all = null;
  const table = dataTable({
    label: "Settings",
    columns: ["Setting", "Value", "From", "Bounds"],
    empty: "There is no such setting.",
    get: async () => {
      all ??= ask("GET", "/api/admin/settings").then(({ items }) => items);
      const items = await all.catch((error) => {
        all = null;
        throw error;
      });
      const wanted = search.value.trim().toLowerCase();
      return {
        items: items.filter(({ name, source }) => name.includes(wanted) && (!changed.checked || source !== "default")),
      };
    },
    row: (/** @type {Setting} */ { name, value, source, bounds }) => [
      h("code", null, name),
      h("code", null, value === null ? "unset" : typeof value === "string" ? value : writeJson(value)),
      h("span", { class: source === "default" ? "dim" : "" }, source),
      h("span", { class: "dim" }, bounds),
    ],
  });
  search.addEventListener("input", () => table.load());
  changed.addEventListener("change", () => table.load());
  const filters = h(
    "div",
    { class: "filters" },
    search,
    h("label", { class: "scope", for: "settings-changed" }, changed, "Only what is not the default"),
  );
  const part = panel("Settings", "As they were read at the start. They are changed in config.toml or the environment.", filters, table.element);
  part.classList.add("full");
  return part;
}
