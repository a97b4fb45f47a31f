// Replaces parts of the page, [data-live-region=NAME], by those of a freshly fetched copy of it.
// What a reader is using is kept: a region that holds the focus or a selection waits, open details stay open.

function inUse(region) {
  const selection = document.getSelection();
  const selects = selection && !selection.isCollapsed && region.contains(selection.anchorNode);
  return selects || (region.contains(document.activeElement) && document.activeElement !== document.body);
}

function openDetails(region) {
  return [...region.querySelectorAll("details")].map((details) => details.open);
}

export async function swapRegions(address, { wanted = () => true, force = false, signal } = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, signal });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of document.querySelectorAll("[data-live-region]")) {
    const name = region.dataset.liveRegion;
    if (!wanted(name)) continue;
    const replacement = fresh.querySelector(`[data-live-region="${CSS.escape(name)}"]`);
    if (!replacement || (!force && inUse(region))) continue;
    const open = openDetails(region);
    const now = [...replacement.querySelectorAll("details")];
    if (now.length === open.length) now.forEach((details, index) => { details.open = open[index]; });
    region.replaceWith(document.adoptNode(replacement));
  }
}
