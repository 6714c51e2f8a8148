/** What the palette offers, and the keys that hold everywhere. The heavy parts are loaded when they are first asked for. */

import { auth } from "./auth-store.js";
import { signOut } from "./components/sidebar.js";
import { apiHref, go, NEW, recordsHref, schemaHref } from "./router.js";
import { shortcuts } from "./shortcuts.js";
import { setTheme } from "./theme-choice.js";

/** @typedef {import("./components/palette.js").Command} Command */
/** @typedef {import("./schema.js").Model} Model */

/**
 * @param {Model[]} models
 * @returns {Command[]}
 */
function commandsOf(models) {
  return [
    ...models.map((model) => command(model.plural, "Records", "model", () => go(recordsHref(model.name)))),
    ...models.map((model) => command(`New ${model.title.toLowerCase()}`, "Create", "add", () => go(recordsHref(model.name, NEW)))),
    command("Models", "Page", "model", () => go("#/")),
    command("Executions", "Page", "play", () => go("#/executions")),
    command("Run a task", "Create", "add", () => go("#/executions/new")),
    command("Your account", "Page", "person", () => go("#/account")),
    ...(auth.user?.role === "admin" ? ofAdmins() : []),
    command("API", "Page", "api", () => go(apiHref())),
    ...models.map((model) => command(`${model.plural} by the API`, "API", "api", () => go(apiHref(model.name)))),
    command("API docs", "Opens a tab", "docs", () => window.open("/docs", "_blank", "noopener")),
    command("Keyboard shortcuts", "Help", "keys", help),
    command("Light theme", "Theme", "light", () => setTheme("light")),
    command("Dark theme", "Theme", "dark", () => setTheme("dark")),
    command("Theme of the system", "Theme", "system", () => setTheme("system")),
    command(auth.view === null ? "Sign out" : "Stop seeing as them", "Session", "leave", signOut),
  ];
}

/** @returns {Command[]} */
function ofAdmins() {
  return [
    command("Schema", "Page", "schema", () => go(schemaHref())),
    command("Add a model", "Create", "add", () => go(schemaHref(null, true))),
    command("People", "Page", "people", () => go("#/people")),
    command("API keys of everybody", "Page", "key", () => go("#/api-keys")),
    command("Audit", "Page", "list", () => go("#/audit")),
    command("Workers", "Page", "people", () => go("#/workers")),
    command("Schedules", "Page", "clock", () => go("#/schedules")),
    command("Operations", "Page", "pulse", () => go("#/operations")),
    command("Log", "Page", "docs", () => go("#/log")),
    command("Backups", "Page", "save", () => go("#/backups")),
  ];
}

/**
 * @param {string} title
 * @param {string} note
 * @param {import("./html.js").IconName} sign
 * @param {() => unknown} run
 * @returns {Command}
 */
function command(title, note, sign, run) {
  return { title, note, sign, run };
}

/** @param {Model[]} models */
export async function palette(models) {
  const { openPalette } = await import("./components/palette.js");
  openPalette(commandsOf(models), models);
}

export async function help() {
  const { openHelp } = await import("./components/help.js");
  openHelp();
}

/**
 * @param {() => Model[]} models
 * @returns {() => void} takes the keys away
 */
export function everywhere(models) {
  // So that what is typed right after Ctrl+K is not lost.
  setTimeout(() => void import("./components/palette.js").catch(() => {}), 1_500);
  return shortcuts([
    { keys: "Ctrl+K", does: "Search for a page or a command", group: "Everywhere", run: () => palette(models()) },
    { keys: "?", does: "Show these shortcuts", group: "Everywhere", run: help },
    { keys: "G M", does: "Go to the models", group: "Everywhere", run: () => go("#/") },
    { keys: "G A", does: "Go to the API", group: "Everywhere", run: () => go(apiHref()) },
    { keys: "G E", does: "Go to the executions", group: "Everywhere", run: () => go("#/executions") },
    { keys: "Esc", does: "Close what is open", group: "Everywhere" },
  ]);
}
