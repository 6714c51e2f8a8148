/** What an admin can do with one user: role, name, disabling, sessions, second factor, deletion. */

import { seeAs } from "./see-as.js";
import { ask } from "../api.js";
import { auth } from "../auth-store.js";
import { deviceOf } from "../account/device.js";
import { confirmed } from "../components/confirm.js";
import { loaded } from "../components/loaded.js";
import { button, line, since } from "../components/panel.js";
import { toast } from "../components/toast.js";
import { fieldRow } from "../components/field-row.js";
import { explain } from "../errors.js";
import { fill, h, icon, uniqueId } from "../html.js";

/** @typedef {import("../pages/people.js").Person} Person */
/** @typedef {import("../account/sessions.js").Session} Session */

const ROLES = "auth.roles.";

/**
 * @param {Person} person
 * @param {() => Promise<void>} changed
 */
export function openPerson(person, changed) {
  const id = uniqueId();
  const body = h("div", { class: "drawer-body person" });
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { class: "drawer person-drawer", "aria-labelledby": id },
    h(
      "div",
      { class: "drawer-head" },
      h("h2", { id }, person.email ?? person.name ?? person.id),
      h(
        "button",
        { type: "button", class: "button quiet icon-only", "aria-label": "Close", on: { click: () => dialog.close() } },
        icon("close"),
      ),
    ),
    h("div", { class: "drawer-scroll" }, body),
  );
  const show = (/** @type {Person} */ now) =>
    fill(body, facts(now), roleOf(now, follow), sessionsOf(now), actions(now, follow, () => dialog.close()));
  const follow = async (/** @type {Person | null} */ now) => {
    if (now) show(now);
    await changed();
  };
  show(person);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (/** @type {Event} */ event) => event.target === dialog && dialog.close());
  document.body.appendChild(dialog);
  dialog.showModal();
}

/** @param {Person} person */
function facts(person) {
  /** @type {[string, import("../html.js").Child][]} */
  const rows = [
    ["name", person.name ?? "none"],
    ["id", h("code", null, person.id)],
    ["address", person.email === null ? "none" : person.email_verified ? "verified" : "not verified"],
    ["created", since("", person.created_at)],
  ];
  return h(
    "dl",
    { class: "facts person-facts" },
    rows.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))),
  );
}

/**
 * @param {Person} person
 * @param {(now: Person | null) => Promise<void>} follow
 */
function roleOf(person, follow) {
  const select = h("select", { name: "role" }, option(person.role, true));
  const row = fieldRow("Role", select);
  void ownRoles().then((own) => {
    const names = [...new Set(["user", "admin", ...own, person.role])];
    fill(select, names.map((name) => option(name, name === person.role)));
  });
  select.addEventListener("change", async () => {
    row.setFault(null);
    try {
      const { item } = await ask("PUT", path(person), { role: select.value });
      toast(`The role is ${select.value} now`);
      await follow(item);
    } catch (error) {
      select.value = person.role;
      row.setFault(explain(error).title);
    }
  });
  return row.element;
}

/** @param {string} name @param {boolean} selected */
function option(name, selected) {
  return h("option", { value: name, selected }, name);
}

/** Roles of `[auth.roles]`, each of which is a setting. @returns {Promise<string[]>} */
async function ownRoles() {
  try {
    const { items } = await ask("GET", "/api/admin/settings");
    const names = items.map((/** @type {{ name: string }} */ one) => one.name);
    return names.filter((/** @type {string} */ name) => name.startsWith(ROLES)).map((/** @type {string} */ name) => name.slice(ROLES.length));
  } catch {
    return [];
  }
}

/** @param {Person} person */
function sessionsOf(person) {
  return h(
    "section",
    { class: "person-part", "aria-label": "Sessions" },
    h("h3", null, "Sessions"),
    loaded(
      async () => /** @type {Session[]} */ ((await ask("GET", `${path(person)}/sessions`)).items),
      (sessions, load) =>
        sessions.length === 0
          ? h("p", { class: "step-text" }, "Signed in nowhere.")
          : [
              h(
                "ul",
                { class: "lines" },
                sessions.map((one) =>
                  line(
                    [deviceOf(one.user_agent), " ", one.current && h("span", { class: "chip" }, "this one")],
                    [one.address, ", ", since("last used", one.last_used_at)],
                  ),
                ),
              ),
              h("div", { class: "form-actions" }, button("End all sessions", () => endSessions(person, load))),
            ],
    ),
  );
}

/**
 * @param {Person} person
 * @param {() => Promise<void>} load
 */
async function endSessions(person, load) {
  const who = person.id === auth.user?.id ? "You are signed out, here too." : "The user has to sign in again. API keys stay.";
  if (!(await confirmed("End all sessions?", who, "End them"))) return;
  if (await tried(() => ask("DELETE", `${path(person)}/sessions`), "The sessions have ended")) await load();
}

/**
 * @param {Person} person
 * @param {(now: Person | null) => Promise<void>} follow
 * @param {() => void} close
 */
function actions(person, follow, close) {
  const disable = async () => {
    const text = "Their sessions end at once, and their API keys are refused.";
    if (!person.disabled && !(await confirmed("Disable this user?", text, "Disable"))) return;
    const done = person.disabled ? "The user may sign in again" : "The user is disabled";
    const answer = await tried(() => ask("PUT", path(person), { disabled: !person.disabled }), done);
    if (answer) await follow(answer.item);
  };
  const reset = async () => {
    const text = "For who has lost the app and the recovery codes. Be sure that it is them who ask.";
    if (!(await confirmed("Take the second factor away?", text, "Take it away"))) return;
    await tried(() => ask("DELETE", `${path(person)}/second-factors`), "The second factor is taken away");
  };
  const remove = async () => {
    const text = "Records go with their owner where the model says so. This can’t be undone.";
    if (!(await confirmed(`Delete ${person.email ?? person.id}?`, text, "Delete"))) return;
    if (!(await tried(() => ask("DELETE", path(person)), "The user is deleted"))) return;
    close();
    await follow(null);
  };
  const isSelf = person.id === auth.user?.id;
  const mayBeSeen = !isSelf && !person.disabled && person.role !== "admin";
  return h(
    "section",
    { class: "person-part", "aria-label": "Account" },
    h("h3", null, "Account"),
    isSelf && h("p", { class: "step-text" }, "This is you: your second factor is on the account page."),
    h(
      "div",
      { class: "form-actions" },
      mayBeSeen && button("See as this user", () => seeAs(person, close)),
      button(person.disabled ? "Enable" : "Disable", disable),
      !isSelf && button("Reset the second factor", reset),
      !isSelf && h("button", { type: "button", class: "button danger-text", on: { click: remove } }, icon("trash"), "Delete"),
    ),
  );
}

/** @param {Person} person */
function path(person) {
  return `/api/admin/users/${encodeURIComponent(person.id)}`;
}

/**
 * The answer; null when it was refused, which is told.
 * @param {() => Promise<any>} work
 * @param {string} done
 */
async function tried(work, done) {
  try {
    const answer = await work();
    toast(done);
    return answer;
  } catch (error) {
    const { title, remedy } = explain(error);
    toast(`${title}. ${remedy}`);
    return null;
  }
}
