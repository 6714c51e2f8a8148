/** Light, dark, or as the system has it; kept in this browser. `theme.js` sets it at the next load. */

const KEY = "hearth.theme";
/** @typedef {"system" | "light" | "dark"} Theme */

/** Says "change". */
export const themes = new EventTarget();

/** @returns {Theme} */
export function currentTheme() {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** @param {Theme} theme */
export function setTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be forbidden; then the choice lasts until the page is left.
  }
  themes.dispatchEvent(new Event("change"));
}
