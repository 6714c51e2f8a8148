/** Goes round light, dark, and as the system has it. */

import { fill, h, icon } from "../html.js";
import { currentTheme, setTheme, themes } from "../theme-choice.js";

/** @type {Record<import("../theme-choice.js").Theme, import("../theme-choice.js").Theme>} */
const AFTER = { system: "light", light: "dark", dark: "system" };

export function themeButton() {
  const button = h("button", { type: "button", class: "nav-item", on: { click: () => setTheme(AFTER[currentTheme()]) } });
  const name = () => fill(button, icon(currentTheme()), h("span", null, `Theme: ${currentTheme()}`));
  themes.addEventListener("change", name);
  name();
  return button;
}
