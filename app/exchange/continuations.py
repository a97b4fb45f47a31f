"""Plain texts -> a suite of continuation probes, which ask whether a model goes on with a text as its author did.

Each text is cut after its first 1, 2, 4 and 8 sentences; what follows is the answer. Beside it stands a stretch of an
unrelated text of the same length: what a response shares with that, any two texts share.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.cues.sentences import split_sentences
from app.errors import InputError
from app.grading.continuation import FIRST, tokens_of
from app.probes.records import MAX_ANSWER, MAX_QUESTION, Continuation, Probe, ProbeKind, Suite

DOSES: Final = (1, 2, 4, 8)
"""How many sentences are given."""

FOLLOWS: Final = 96
"""How many words of what follows a response is compared with: three times the 32 that are compared place by place."""

MAX_BYTES: Final = 20_000_000
"""Largest text read."""

_HEADING: Final = re.compile(r"[^.!?…:;,\"'\u201d\u2019)]$")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text to cut: its title and author as far as they are known, its running text and its file."""

    slug: str
    title: str
    author: str | None
    text: str
    file: str


def read_text(path: Path, *, title: str | None = None, author: str | None = None) -> SourceText:
    """A plain UTF-8 file as a text to cut. Raises InputError when it cannot be read or holds too little.

    Headings (lines without an end mark, alone in their paragraph) are left out; without `title` a short first line, or
    else the file's name, is the title.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: is larger than the {MAX_BYTES:,} bytes that are read; give its beginning alone")
        raw = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: is not UTF-8 text; save it in the encoding UTF-8") from None
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", raw) if part.strip()]
    # A title may end in a question mark, or in brackets; a heading further down hardly does, and a line of verse may.
    opens_with_title = bool(paragraphs) and (_is_heading(paragraphs[0]) or _is_heading(paragraphs[0].rstrip("?!)")))
    name = title or (paragraphs[0] if opens_with_title else path.stem)
    running = "\n".join(part for part in paragraphs[int(opens_with_title) :] if not _is_heading(part))
    if not running:
        raise InputError(f"{path}: holds no running text; its paragraphs should be parted by empty lines")
    return SourceText(_slug(path.stem), name, author, running, str(path))


def continuation_suite(
    name: str, texts: Sequence[SourceText], unrelated: str, doses: Sequence[int] = DOSES
) -> tuple[Suite, list[str]]:
    """The suite that cuts every text at every dose, and a remark for each dose that a text is too short for.

    The baseline of a text is the next one of the list; of a single one it is `unrelated`. Raises InputError when no
    probe is left, and for a text that is given twice.
    """
    _refuse_same(texts)
    probes: list[Probe] = []
    remarks: list[str] = []
    cut: list[str] = []
    for place, source in enumerate(texts):
        other = texts[(place + 1) % len(texts)].text if len(texts) > 1 else unrelated
        ends = [end for _, end in split_sentences(source.text)]
        for dose in doses:
            if dose >= len(ends) or len(tokens_of(source.text[ends[dose - 1] :])) < FIRST:
                remarks.append(f"{source.title}: fewer than {FIRST} words follow its {_sentences(dose)}; left out")
                continue
            given, follows = source.text[: ends[dose - 1]], _first_words(source.text[ends[dose - 1] :])
            if len(given) > MAX_QUESTION or len(follows) > MAX_ANSWER:
                remarks.append(f"{source.title}: too many characters for its {_sentences(dose)}; left out")
                continue
            baseline = _of_length(other, len(tokens_of(follows)), skip=len(tokens_of(given)))
            probes.append(_probe(source, dose, given, follows, baseline))
            cut.append(source.title)
    if not probes:
        raise InputError(f"no text is long enough: at least {FIRST} words must follow the sentences given")
    titles = ", ".join(dict.fromkeys(cut))
    description = f"Does a model go on with these texts word for word? Given their first sentences: {titles}."
    return Suite(name=name, title="Continuations", description=description, probes=tuple(probes)), remarks


def _refuse_same(texts: Sequence[SourceText]) -> None:
    """Refuse two texts of which one holds the other's opening: the one would be the other's baseline."""
    words = [tokens_of(source.text) for source in texts] if len(texts) > 1 else []
    whole = [f" {' '.join(tokens)} " for tokens in words]
    openings = [f" {' '.join(tokens[:FIRST])} " for tokens in words]
    for one, other in itertools.combinations(range(len(words)), 2):
        if openings[one] in whole[other] or openings[other] in whole[one]:
            raise InputError(
                f"{texts[one].file} and {texts[other].file} hold the same text; give it once, since each text is "
                "compared with another"
            )


def _sentences(dose: int) -> str:
    return "first sentence" if dose == 1 else f"first {dose} sentences"


def _probe(source: SourceText, dose: int, given: str, follows: str, baseline: str) -> Probe:
    return Probe(
        id=f"{source.slug[:70]}-dose-{dose}",
        work=source.title,
        author=source.author,
        question=given,
        answer=follows,
        kind=ProbeKind.CONTINUATION,
        continuation=Continuation(dose=dose, unrelated=baseline),
        chapter=f"opening, after its {_sentences(dose)}",
        source=f"{source.title}, the text itself",
    )


def _first_words(text: str) -> str:
    """The first 96 words of a text, as they are written."""
    words = text.split()
    return " ".join(words[:FOLLOWS])


def _of_length(text: str, tokens: int, *, skip: int) -> str:
    """About so many words of a text, from behind its first `skip` words; from its start where it is too short."""
    words = text.split()
    start = skip if skip + tokens <= len(words) else 0
    return " ".join(words[start : start + tokens])


def _is_heading(paragraph: str) -> bool:
    return len(paragraph.split()) <= 12 and _HEADING.search(paragraph) is not None


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "text"
