// A run at work: [data-live=/runs/1/events] is the address of its event stream.
//   event `fields`  data {"done": 204, ...}  writes each value into [data-live-field=NAME]; a <progress> takes it as its value
//   event `page`    the stored results changed: the page is fetched again and its [data-live-region]s replaced
//   event `end`     the run is over or paused: everything, the head too, is fetched once more and the stream closed
// Screen readers hear the state at most every 15 s, through [data-live-say].
import { swapRegions } from "./regions.js";

const REFRESH_MS = 4000;
const SAY_MS = 15000;

const head = document.querySelector("[data-live]");
if (head) follow(head);

function follow(head) {
  const stream = new EventSource(head.dataset.live);
  let refreshedAt = 0;
  let waiting = 0;
  let saidAt = Date.now();

  function write(fields) {
    for (const [name, value] of Object.entries(fields)) {
      for (const place of head.querySelectorAll(`[data-live-field="${CSS.escape(name)}"]`)) {
        if (place instanceof HTMLProgressElement) place.value = Number(value);
        else if (place.textContent !== String(value)) place.textContent = value;
      }
    }
    if (Date.now() - saidAt < SAY_MS) return;
    saidAt = Date.now();
    const facts = [...head.querySelectorAll("dd")].map((fact) => fact.textContent.trim());
    head.querySelector("[data-live-say]")?.replaceChildren(facts.join(", "));
  }

  async function refresh() {
    waiting = 0;
    refreshedAt = Date.now();
    try {
      await swapRegions(location.href, { wanted: (name) => name !== head.dataset.liveRegion });
    } catch {
      // The next event tries again; what is shown stays true for its moment.
    }
  }

  function refreshSoon() {
    if (waiting) return;
    waiting = setTimeout(refresh, Math.max(0, refreshedAt + REFRESH_MS - Date.now()));
  }

  stream.addEventListener("fields", (event) => write(JSON.parse(event.data)));
  stream.addEventListener("page", refreshSoon);
  stream.addEventListener("end", async () => {
    stream.close();
    clearTimeout(waiting);
    try {
      await swapRegions(location.href);
      // The head brings other buttons now, so it is replaced even under the focus, and not followed again.
      await swapRegions(location.href, { wanted: (name) => name === head.dataset.liveRegion, force: true });
    } catch {
      location.reload();
    }
  });
  addEventListener("pagehide", () => stream.close());
}
