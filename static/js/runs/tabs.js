/** The ways between the pages about executions; workers and schedules are the admins'. */

import { auth } from "../auth-store.js";
import { h } from "../html.js";

/** @param {"executions" | "workers" | "schedules"} here */
export function runTabs(here) {
  if (auth.user?.role !== "admin") return null;
  const tab = (/** @type {string} */ name, /** @type {string} */ text) =>
    h("a", { href: `#/${name}`, class: "page-tab", "aria-current": name === here ? "page" : null }, text);
  return h("nav", { class: "page-tabs", "aria-label": "Executions" }, tab("executions", "Executions"), tab("workers", "Workers"), tab("schedules", "Schedules"));
}
