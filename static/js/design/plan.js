/** What lies between the models and the tables, what would be run, and how the tables came to be. */

import { codeBlock } from "../components/copy.js";
import { notice } from "../components/notice.js";
import { moment } from "../components/panel.js";
import { h } from "../html.js";

/**
 * @typedef {{
 *   agrees: boolean, automatic: boolean, auto_migrate: boolean, refused: string | null, summary: string[], waiting: number[],
 *   up: string | null, down: string | null, irreversible: string | null, losses: { object: string, rows: number, text: string }[],
 *   questions: string[], commands: string[], notes: string[],
 * }} Plan
 */
/**
 * @typedef {{
 *   version: number, below: number, message: string, up: string | null, down: string | null, irreversible: string | null,
 *   missing: boolean, applied: { at: string, by: string | null, milliseconds: number | null, rows: number | null } | null,
 * }} Revision
 */

/** What is pending. @param {Plan} plan @param {string[]} drifted */
export function pending(plan, drifted) {
  const trouble = drifted.map((line) => notice("warning", "A revision's file does not agree", plain(line)));
  if (plan.agrees) return [...trouble, h("p", { class: "dim", role: "status" }, "Models, revisions and database agree."), notes(plan)];
  return [...trouble, changes(plan)];
}

/** What would be done to the tables. @param {Plan} plan */
export function changes(plan) {
  return h(
    "div",
    { class: "design-plan" },
    plan.losses.length > 0 &&
      notice("warning", "This would lose data", `${plan.losses.map(({ text }) => text).join(". ")}. A backup is made first.`),
    plan.questions.map((question) => notice("warning", "Is it a rename?", plain(question))),
    plan.refused !== null && plan.up === null && notice("error", "The next start would stop", plain(plan.refused)),
    plan.summary.length > 0 && h("ul", { class: "design-steps" }, plan.summary.map((line) => h("li", { class: line.startsWith("Drop ") && "goes" }, coded(line)))),
    plan.commands.length > 0 &&
      h("div", null, h("p", { class: "design-label" }, "The next start stops until this is typed"), codeBlock(plan.commands.join("\n"), "Commands")),
    plan.up !== null && h("div", null, h("p", { class: "design-label" }, "SQL"), codeBlock(plan.up.trimEnd(), "SQL of the way there")),
    plan.up !== null && wayBack(plan),
    notes(plan),
  );
}

/** @param {Plan} plan */
function notes(plan) {
  return plan.notes.length > 0 && h("ul", { class: "design-notes" }, plan.notes.map((note) => h("li", null, coded(note))));
}

/** @param {{ down: string | null, irreversible: string | null }} one */
function wayBack({ down, irreversible }) {
  if (irreversible !== null) return h("p", { class: "dim" }, `It cannot be undone: ${plain(irreversible)}.`);
  if (down === null) return h("p", { class: "dim" }, "There is no way back.");
  return h("details", null, h("summary", null, "The way back"), codeBlock(down.trimEnd(), "SQL of the way back"));
}

/** @param {Revision[]} revisions newest first @param {number | null} current */
export function history(revisions, current) {
  if (revisions.length === 0) return h("p", { class: "dim" }, "There is no revision yet.");
  return h("ol", { class: "design-history" }, revisions.map((revision) => h("li", null, entry(revision, current))));
}

/** @param {Revision} revision @param {number | null} current */
function entry(revision, current) {
  const { applied, up } = revision;
  return h(
    "details",
    { class: "design-revision" },
    h(
      "summary",
      null,
      h("span", { class: "design-message" }, revision.message),
      revision.version === current && h("span", { class: "chip" }, "current"),
      applied === null && h("span", { class: "chip design-state" }, "not applied"),
      revision.missing && h("span", { class: "chip design-state" }, "file is missing"),
      h("span", { class: "design-when" }, applied === null ? "" : moment(applied.at)),
    ),
    h(
      "div",
      { class: "design-plan" },
      h("p", { class: "dim" }, h("code", null, String(revision.version)), applied && `, by ${applied.by === null ? "another tool" : `Hearth ${applied.by}`}${effort(applied)}`),
      up !== null && codeBlock(up.trimEnd(), `SQL of ${revision.message}`),
      wayBack(revision),
    ),
  );
}

/** @param {{ milliseconds: number | null, rows: number | null }} run */
function effort({ milliseconds, rows }) {
  if (milliseconds === null) return "";
  return ` in ${(milliseconds / 1000).toFixed(2)} s${rows ? `, ${rows.toLocaleString()} rows written` : ""}`;
}

/** Names in backticks as code. @param {string} text */
export function coded(text) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? h("code", null, part) : part));
}

/** @param {string} text */
function plain(text) {
  return text.replaceAll("`", "");
}
