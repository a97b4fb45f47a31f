"""A whole run against a real vLLM: what a stand-in cannot promise about vLLM's own protocol."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import select

from app.config import RESOURCES
from app.probes.files import find_suite
from app.store.session import open_database
from app.store.tables import ModelRow
from tests.factories import write_suite

# The first start on a machine makes vLLM's environment, which takes minutes.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

PROBES = 4
ARMS = ("none", "intro", "placebo", "oracle")
K = 2


@pytest.fixture(scope="module")
def small_suite(tmp_path_factory):
    """A suite file with the first probes of the built-in one."""
    first = find_suite("literature-first", RESOURCES / "probes").probes[:PROBES]
    return write_suite(tmp_path_factory.mktemp("suite"), "literature-small", [probe.id for probe in first])


@pytest.fixture(scope="module")
def finished(vllm_url, small_suite, tmp_path_factory):
    """The finished process of `cueprobe run`, with the data folder it wrote."""
    data = tmp_path_factory.mktemp("data")
    command = [sys.executable, "-m", "app", "run", "--data", data, "--suite", small_suite, "--arms", ",".join(ARMS)]
    command += ["--model", vllm_url, "--k", str(K), "--max-tokens", "24", "--json"]
    process = subprocess.run(
        command,
        env={**os.environ, "CUEPROBE_WIKIPEDIA": "off"},
        cwd=RESOURCES,
        capture_output=True,
        text=True,
        check=False,
    )
    return process, data


def test_a_run_against_a_real_vllm_is_complete(finished):
    process, _data = finished
    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout)
    assert result["planned"] == result["responses"] >= PROBES * len(ARMS) * K
    assert result["failed"] == 0
    assert set(result["by_arm"]) == set(ARMS)
    assert {arm: counts["n"] + counts["other"] for arm, counts in result["by_arm"].items()} == dict.fromkeys(
        ARMS, PROBES * K
    )


def test_what_vllm_can_do_was_found_by_asking(finished):
    _process, data = finished
    database = open_database(f"sqlite:///{data / 'cueprobe.db'}", RESOURCES / "migrations")
    with database.read() as session:
        model = session.scalars(select(ModelRow)).one()
    database.close()
    assert model.engine == "vLLM"
    assert model.engine_version
    for feature in ("n", "logprobs", "prompt_logprobs", "json_schema", "tokenize"):
        assert model.capabilities[feature] is True, feature
    assert model.capabilities["context_tokens"] == 4096
