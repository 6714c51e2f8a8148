/** One's API keys: what programs come with in one's name. */

import { ask } from "../api.js";
import { confirmed } from "../components/confirm.js";
import { copyButton } from "../components/copy.js";
import { loaded } from "../components/loaded.js";
import { button, line, panel, since } from "../components/panel.js";
import { toast } from "../components/toast.js";
import { explain } from "../errors.js";
import { fill, h } from "../html.js";
import { keyForm } from "./key-form.js";

/**
 * @typedef {{
 *   id: string, name: string, prefix: string, scopes: string[], expires_at: string | null, created_at: string,
 *   last_used_at: string | null, last_address: string | null,
 * }} Key
 */

export function keysPanel() {
  /** @type {HTMLElement} */
  const place = loaded(
    async () => /** @type {Key[]} */ ((await ask("GET", "/api/auth/api-keys")).items),
    (keys, load) => [
      keys.length === 0
        ? h("p", { class: "step-text" }, "You have none.")
        : h("ul", { class: "lines" }, keys.map((key) => entry(key, load))),
      h("div", { class: "form-actions" }, button("New API key", () => create(place, load))),
    ],
  );
  return panel("API keys", "For programs that act in your name, narrowed by scopes.", place);
}

/**
 * @param {Key} key
 * @param {() => Promise<void>} load
 */
function entry(key, load) {
  return line(
    [key.name, " ", h("code", { class: "dim" }, `${key.prefix}…`)],
    aboutKey(key),
    button("Delete", () => endKey(`/api/auth/api-keys/${encodeURIComponent(key.id)}`, key.name, load), `Delete ${key.name}`),
  );
}

/** @param {Key} key */
export function aboutKey(key) {
  const isOver = key.expires_at !== null && new Date(key.expires_at).getTime() <= Date.now();
  return [
    key.scopes.map((scope) => [h("code", { class: "chip" }, scope), " "]),
    key.last_used_at === null ? "never used" : since("last used", key.last_used_at),
    key.expires_at !== null && [", ", since(isOver ? "over since" : "until", key.expires_at)],
  ];
}

/**
 * @param {string} path
 * @param {string} name
 * @param {() => Promise<void>} load
 */
export async function endKey(path, name, load) {
  if (!(await confirmed(`Delete the key “${name}”?`, "Programs that use it are refused from now on.", "Delete"))) return;
  try {
    await ask("DELETE", path);
    toast("The key is deleted");
  } catch (error) {
    const { title, remedy } = explain(error);
    toast(`${title}. ${remedy}`);
  }
  await load();
}

/**
 * @param {HTMLElement} place
 * @param {() => Promise<void>} load
 */
function create(place, load) {
  fill(place, keyForm((/** @type {string} */ key) => showKey(place, key, load), load));
  place.querySelector("input")?.focus();
}

/**
 * @param {HTMLElement} place
 * @param {string} key
 * @param {() => Promise<void>} load
 */
function showKey(place, key, load) {
  const head = h("h3", { tabindex: "-1" }, "Your new key");
  fill(
    place,
    head,
    h("p", { class: "step-text" }, "It is shown this once. It goes where an access token goes: ", h("code", null, "Authorization: Bearer …")),
    h("p", { class: "secret" }, h("code", { "aria-label": "API key" }, key)),
    h("div", { class: "form-actions" }, copyButton(() => key), h("button", { type: "button", class: "button main", on: { click: load } }, "I have kept it")),
  );
  head.focus();
}
