/** The second factor: authenticator apps and recovery codes. */

import { ask } from "../api.js";
import { askByForm } from "../components/dialog-form.js";
import { loaded } from "../components/loaded.js";
import { button, line, panel, since } from "../components/panel.js";
import { toast } from "../components/toast.js";
import { h } from "../html.js";
import { factorSetUp, PASSWORD, proofs } from "./factor-set-up.js";
import { recoveryCodes } from "./recovery-codes.js";

/** @typedef {{ id: string, kind: string, name: string | null, created_at: string, last_used_at: string | null }} Factor */
/** @typedef {{ factors: Factor[], required: boolean, recovery_codes: number }} Overview */

/** @type {import("../components/account-form.js").AccountField} */
const CODE = {
  name: "code",
  label: "Code",
  type: "text",
  autocomplete: "one-time-code",
  hint: "What your app shows, or a recovery code.",
};
const ADD = "Add an authenticator app";

export function factorsPanel() {
  /** @type {HTMLElement} */
  const place = loaded(
    async () => /** @type {Overview} */ ((await ask("GET", "/api/auth/second-factors")).data),
    (overview, load) => overviewOf(overview, load, () => place),
  );
  return panel("Second factor", "A code of an app beside the password, so that a stolen password is not enough.", place);
}

/**
 * @param {Overview} overview
 * @param {() => Promise<void>} load
 * @param {() => HTMLElement} place
 */
function overviewOf(overview, load, place) {
  const { factors, required } = overview;
  const hasFactor = factors.length > 0;
  const add = () => factorSetUp(place(), { hasFactor, done: load, cancel: load });
  if (!hasFactor)
    return [
      h("p", { class: "step-text" }, required ? "Your role must have one." : "You have none."),
      h("div", { class: "form-actions" }, h("button", { type: "button", class: "button main", on: { click: add } }, ADD)),
    ];
  return [
    h(
      "ul",
      { class: "lines" },
      factors.map((factor) => entry(factor, required && factors.length === 1, load)),
      line("Recovery codes", left(overview.recovery_codes), button("Renew", () => renew(place(), load), "Renew the recovery codes")),
    ),
    h("div", { class: "form-actions" }, button("Add another app", add)),
  ];
}

/** @param {number} count */
function left(count) {
  if (count === 0) return "None are left. Renew them, or a lost telephone locks you out.";
  return count === 1 ? "One is left." : `${count} are left.`;
}

/**
 * @param {Factor} factor
 * @param {boolean} stays
 * @param {() => Promise<void>} load
 */
function entry(factor, stays, load) {
  const name = factor.name ?? "Authenticator app";
  const used = since("last used", factor.last_used_at);
  return line(
    name,
    [since("since", factor.created_at), used && ", ", used, stays && ". Your role must have one, so it stays."],
    !stays && button("Remove", () => remove(factor, name, load), `Remove ${name}`),
  );
}

/**
 * @param {Factor} factor
 * @param {string} name
 * @param {() => Promise<void>} load
 */
async function remove(factor, name, load) {
  const done = await askByForm({
    title: `Remove ${name}?`,
    text: "Its codes do not work any more. Remove it in the app, too.",
    fields: [PASSWORD, CODE],
    action: "Remove",
    submit: async (values) => {
      await ask("DELETE", `/api/auth/second-factors/${encodeURIComponent(factor.id)}`, proofs(values));
      return true;
    },
    remedy: refused,
  });
  if (!done) return;
  toast(`${name} is removed`);
  await load();
}

/**
 * @param {HTMLElement} place
 * @param {() => Promise<void>} load
 */
async function renew(place, load) {
  const codes = await askByForm({
    title: "Renew the recovery codes?",
    text: "The old ones do not work any more.",
    fields: [CODE],
    action: "Renew",
    submit: async (values) => {
      const { data } = await ask("POST", "/api/auth/second-factors/recovery-codes", proofs(values));
      return /** @type {string[]} */ (data.recovery_codes);
    },
    remedy: refused,
  });
  if (codes !== null) recoveryCodes(place, codes, load);
}

/** @param {import("../http.js").ApiError} error */
function refused(error) {
  return error.status === 403 ? { title: error.message, remedy: "Wait for the app’s next code." } : null;
}
