// The review desk. Keys press the buttons by keys.js; this marks words of the answer and sends a grade only once.
//   [data-answer]   the answer; [data-words] the <details> whose summary (or the key m) begins to mark
//   [data-marked]   takes the marked words, [data-start] the place of the first in characters, -1 for none
// While marking, → and ← move the end of what is marked by a word, ↓ and ↑ its beginning; Enter keeps it, Esc lets go.

const form = document.querySelector("[data-grade]");
const answer = document.querySelector("[data-answer]");
if (form && answer) desk(form, answer);

function desk(form, answer) {
  const text = answer.querySelector(".muted") ? "" : answer.textContent;
  const words = [...text.matchAll(/\S+/gu)].map((found) => [found.index, found.index + found[0].length]);
  const fold = form.querySelector("[data-words]");
  const field = form.querySelector("[data-marked]");
  const start = form.querySelector("[data-start]");
  const hint = form.querySelector("[data-hint]");
  const say = form.querySelector("[data-say]");
  const note = form.querySelector("[data-note]");
  let marking = false;
  let marked = null; // [first, last] of words
  let selected = null; // as the pointer goes down on the button: the click may take the selection away

  const has = (node) => node && answer.contains(node);

  function selection() {
    const range = document.getSelection()?.rangeCount ? document.getSelection().getRangeAt(0) : null;
    if (!range || range.collapsed || !has(range.startContainer) || !has(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(answer, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const from = before.toString().length;
    return [from, from + range.toString().length];
  }

  function show() {
    if (!marked) {
      answer.replaceChildren(text);
      field.value = "";
      start.value = "-1";
      return;
    }
    const from = words[marked[0]][0];
    const to = words[marked[1]][1];
    const mark = document.createElement("mark");
    mark.className = "picked";
    mark.textContent = text.slice(from, to);
    answer.replaceChildren(text.slice(0, from), mark, text.slice(to));
    field.value = mark.textContent.replace(/\s+/gu, " ");
    start.value = String([...text.slice(0, from)].length); // characters, not the halves that JavaScript counts
    say.textContent = `marked: ${field.value}`;
  }

  function take(range) {
    const first = words.findIndex(([, end]) => end > range[0]);
    const last = words.findLastIndex(([begin]) => begin < range[1]);
    if (first >= 0 && last >= first) marked = [first, last];
    document.getSelection().removeAllRanges();
    show();
  }

  function begin() {
    marking = words.length > 0;
    hint.hidden = !marking;
    const range = selected ?? selection();
    if (range) take(range);
    else if (marking && !marked) say.textContent = "marking: the right arrow marks the first word";
    selected = null;
  }

  function stop() {
    marking = false;
    hint.hidden = true;
  }

  function move(key) {
    const last = words.length - 1;
    if (!marked) marked = [0, 0];
    else if (key === "ArrowRight") marked[1] = Math.min(last, marked[1] + 1);
    else if (key === "ArrowDown") marked = [Math.min(last, marked[0] + 1), Math.min(last, Math.max(marked[1], marked[0] + 1))];
    else if (key === "ArrowUp") marked[0] = Math.max(0, marked[0] - 1);
    else if (marked[1] > marked[0]) marked[1] -= 1;
    else marked = [Math.max(0, marked[0] - 1), Math.max(0, marked[0] - 1)];
    show();
  }

  answer.addEventListener("pointerup", () => {
    const range = selection();
    if (marking && range) take(range);
  });

  const summary = fold.querySelector("summary");
  summary.addEventListener("pointerdown", () => { selected = selection(); });
  summary.addEventListener("click", (event) => {
    // A second press goes on marking; folding the words away lets go of them.
    if (fold.open && !marking && marked) { event.preventDefault(); begin(); return; }
    if (fold.open) { marked = null; show(); stop(); return; }
    begin();
  });
  field.addEventListener("input", () => { marked = null; answer.replaceChildren(text); start.value = "-1"; });

  document.addEventListener("keydown", (event) => {
    if (!marking || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input, select")) return;
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      move(event.key);
    } else if (event.key === "Enter") {
      event.preventDefault();
      stop();
    } else if (event.key === "Escape") {
      marked = null;
      show();
      stop();
      fold.open = false;
    }
  });

  note.querySelector("summary").addEventListener("click", (event) => {
    event.preventDefault(); // opened here, at once: the letters typed next belong into the note
    note.open = !note.open;
    if (note.open) note.querySelector("textarea").focus();
  });

  // A second press before the next answer has come would grade this one again.
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
}
