/**
 * Sets the stored choice of light or dark before anything is painted. A classic script, since modules run later.
 * Without a choice the system's holds. It changes nothing else.
 */
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("hearth.theme");
  } catch {
    // Storage may be forbidden; then the system's choice holds.
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
})();
