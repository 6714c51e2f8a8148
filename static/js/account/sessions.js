/** Where one is signed in. */

import { ask } from "../api.js";
import { confirmed } from "../components/confirm.js";
import { loaded } from "../components/loaded.js";
import { button, line, panel, since } from "../components/panel.js";
import { toast } from "../components/toast.js";
import { explain } from "../errors.js";
import { h } from "../html.js";
import { deviceOf } from "./device.js";

/** @typedef {{ id: string, created_at: string, last_used_at: string, address: string, user_agent: string | null, current: boolean }} Session */

export function sessionsPanel() {
  return panel(
    "Sessions",
    "Where you are signed in.",
    loaded(
      async () => /** @type {Session[]} */ ((await ask("GET", "/api/auth/sessions")).items),
      (sessions, load) => [
        h("ul", { class: "lines" }, sessions.map((one) => entry(one, load))),
        sessions.length > 1 && h("div", { class: "form-actions" }, button("End all others", () => endOthers(sessions, load))),
      ],
    ),
  );
}

/**
 * @param {Session} session
 * @param {() => Promise<void>} load
 */
function entry(session, load) {
  const name = deviceOf(session.user_agent);
  return line(
    [name, " ", session.current && h("span", { class: "chip" }, "this one")],
    [session.address, ", ", since("last used", session.last_used_at), ", ", since("since", session.created_at)],
    !session.current && button("End", () => end([session], load), `End the session of ${name}`),
  );
}

/**
 * @param {Session[]} sessions
 * @param {() => Promise<void>} load
 */
async function endOthers(sessions, load) {
  const others = sessions.filter((one) => !one.current);
  const text = `${others.length === 1 ? "One other session ends" : `${others.length} other sessions end`} at once.`;
  if (await confirmed("End all other sessions?", text, "End them")) await end(others, load);
}

/**
 * @param {Session[]} sessions
 * @param {() => Promise<void>} load
 */
async function end(sessions, load) {
  try {
    for (const { id } of sessions) await ask("DELETE", `/api/auth/sessions/${encodeURIComponent(id)}`);
    toast(sessions.length === 1 ? "The session has ended" : "The sessions have ended");
  } catch (error) {
    const { title, remedy } = explain(error);
    toast(`${title}. ${remedy}`);
  }
  await load();
}
