// Keys press what they name: data-key="/" focuses a field, data-key="p" clicks a button; j and k move along [data-row].
// They never fire inside a field, and [data-keys-switch] turns them off for this browser (WCAG 2.1.4).

let on = true;
try { on = localStorage.getItem("keys") !== "off"; } catch { /* storage may be closed: keys work */ }

const control = document.querySelector("[data-keys-switch]");
if (control) {
  control.checked = on;
  control.addEventListener("change", () => {
    on = control.checked;
    try { localStorage.setItem("keys", on ? "on" : "off"); } catch { /* kept for this page only */ }
  });
}

const isField = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])") || element.isContentEditable;

function moveRow(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  rows[next].querySelector("a, button")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isField(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!on || event.key.length !== 1 || event.key === " ") return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    moveRow(event.key === "j" ? 1 : -1);
    return;
  }
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (isField(target)) target.focus(); else target.click();
});
