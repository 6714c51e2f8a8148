/** Light, dark, or as the system has it; kept in this browser. `theme.js` sets it at the next load. */

import { fill, h, icon } from "../html.js";

const KEY = "hearth.theme";
/** @typedef {"system" | "light" | "dark"} Theme */
/** @type {Record<Theme, Theme>} */
const AFTER = { system: "light", light: "dark", dark: "system" };

export function themeButton() {
  const button = h("button", { type: "button", class: "nav-item" });
  button.addEventListener("click", () => change(button));
  name(button, current());
  return button;
}

/** @param {HTMLButtonElement} button */
function change(button) {
  const theme = AFTER[current()];
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be forbidden; then the choice lasts until the page is left.
  }
  name(button, theme);
}

/** @returns {Theme} */
function current() {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "system";
}

/**
 * @param {HTMLButtonElement} button
 * @param {Theme} theme
 */
function name(button, theme) {
  fill(button, icon(theme), h("span", null, `Theme: ${theme}`));
}
