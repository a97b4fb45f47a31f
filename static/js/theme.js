// Theme override. A plain blocking script in the head, so that a page never flashes in the wrong theme;
// the choice is kept on this browser and bound to [data-theme-select].
(function () {
  "use strict";
  const root = document.documentElement;
  let stored = null;
  try { stored = localStorage.getItem("theme"); } catch { /* storage may be closed: the system's theme stays */ }
  if (stored === "light" || stored === "dark") root.dataset.theme = stored;

  document.addEventListener("DOMContentLoaded", () => {
    const select = document.querySelector("[data-theme-select]");
    if (select && root.dataset.theme) select.value = root.dataset.theme;
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-theme-select]")) return;
    const theme = event.target.value;
    if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
    try { localStorage.setItem("theme", theme); } catch { /* kept for this page only */ }
  });
})();
