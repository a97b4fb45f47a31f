"""The whole path once for real: a question through the embedded model to the page that shows its answers."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.errors import EngineFailed
from app.inference.embedded import bundled_model
from tests.factories import write_suite

PROBE = "orwell-university"
ARMS = ("none", "intro", "oracle")
K = 2


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """One probe of the built-in suite, as a file of the user's own."""
    return write_suite(tmp_path, "one", [PROBE])


@pytest.fixture
def data(tmp_path: Path, suite: Path, missing) -> Path:
    """The data folder of a run of that probe, answered by the embedded model."""
    try:
        bundled_model()
    except EngineFailed:
        missing("the embedded model")
    folder = tmp_path / "data"
    run = [*("--suite", suite, "--arms", ",".join(ARMS), "--model", "embedded"), *("--k", K, "--max-tokens", 12)]
    subprocess.run(_cueprobe("run", *run, "--data", folder), env=_offline(), check=True)
    return folder


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """The address of `cueprobe serve` on the folder."""
    command = _cueprobe("serve", "--port", 0, "--data", data)
    with subprocess.Popen(
        command, env=_offline(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            found = next((found for line in server.stdout if (found := re.search(r"http://[\d.:]+", line))), None)
            assert found, "the server did not start"
            yield found[0]
        finally:
            server.send_signal(signal.SIGINT)


def _cueprobe(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "app", *map(str, arguments)]


def _offline() -> dict[str, str]:
    return {**os.environ, "CUEPROBE_WIKIPEDIA": "off"}


def test_what_the_embedded_model_answers_is_shown_on_the_pages_of_its_run(browser, data):
    with serving(data) as address, browser.new_context(base_url=address) as context:
        page = context.new_page()
        page.goto("/")
        expect(page.locator("main")).to_contain_text("one, 1 fact")
        page.get_by_role("link", name="run 1").first.click()
        expect(page.locator("[data-live-field=status]")).to_have_text("done")
        expect(page.locator("[data-live-field=responses]")).to_have_text(str(len(ARMS) * (K + 1)))
        page.locator("tr[data-row] a.q").click()
        expect(page.locator("h1")).to_have_text("Did George Orwell (Eric Blair) attend a university?")

        lines = page.request.get("/runs/1/responses.jsonl").text().rstrip("\n").split("\n")
        answers = [json.loads(line) for line in lines]
        assert len(answers) == len(ARMS) * (K + 1)
        for given in answers:
            assert given["response"]
            expect(page.locator(f"section#{given['arm']}")).to_contain_text(given["response"].strip())
        expect(page.locator("#cue .attr").first).to_contain_text("Bundled note “George Orwell”")
