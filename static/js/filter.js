// Filters: form[data-filter=REGION] swaps that region on every change and keeps the address in step, so the page can be
// shared and reloaded; form[data-submit-on-change] is sent as it is. Without this file the forms' own buttons do both.
import { swapRegions } from "./regions.js";

let pending = null;
let typing = 0;

function addressOf(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
  const text = query.toString();
  return form.getAttribute("action") + (text ? `?${text}` : "");
}

async function apply(form) {
  pending?.abort();
  pending = new AbortController();
  const { signal } = pending;
  const address = addressOf(form);
  form.setAttribute("aria-busy", "true");
  try {
    await swapRegions(address, { wanted: (name) => name === form.dataset.filter, force: true, signal });
    history.replaceState(history.state, "", address);
  } catch {
    if (!signal.aborted) location.assign(address);
  } finally {
    if (!signal.aborted) form.removeAttribute("aria-busy");
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form) return;
  if (form.matches("[data-filter]")) apply(form);
  else if (form.matches("[data-submit-on-change]")) form.requestSubmit();
});

document.addEventListener("input", (event) => {
  if (event.target.type !== "search" || !event.target.form?.matches("[data-filter]")) return;
  clearTimeout(typing);
  typing = setTimeout(apply, 300, event.target.form);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-filter]")) return;
  event.preventDefault();
  clearTimeout(typing);
  apply(event.target);
});
