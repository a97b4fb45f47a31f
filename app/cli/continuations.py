"""`probes continuation`: from plain texts to a suite file."""

from __future__ import annotations

from pathlib import Path

from app.cli.terminal import paper, people, print_json
from app.config import load_settings
from app.errors import InputError
from app.exchange.continuations import continuation_suite, read_text
from app.probes.files import load_notes
from app.probes.writing import suite_yaml


def make_continuations(files: list[Path], suite: str, *, out: Path | None, author: str | None, as_json: bool) -> None:
    """Cut the texts and write the suite; an existing file is not written over."""
    target = out or Path(f"{suite}.yaml")
    if target.exists():
        raise InputError(f"{target}: is there already; name another with --out, or remove it")
    notes = load_notes(load_settings().suites_dir)
    unrelated = " ".join(note.text for note in notes.values() if note.author != author)
    made, remarks = continuation_suite(suite, [read_text(path, author=author) for path in files], unrelated)
    target.write_text(suite_yaml(made), encoding="utf-8")
    for remark in remarks:
        people.print(remark, soft_wrap=True)
    if as_json:
        print_json({"file": str(target), "suite": made.name, "probes": [probe.id for probe in made.probes]})
        return
    probes, texts = len(made.probes), len({probe.id.rpartition("-dose-")[0] for probe in made.probes})
    paper.print(
        f"{target}: {probes} {'probe' if probes == 1 else 'probes'} from {texts} {'text' if texts == 1 else 'texts'}.",
        soft_wrap=True,
    )
    paper.print(f"Ask them with: cueprobe run --suite {target} --arms none --model embedded", soft_wrap=True)
