"""One embedded engine for all tests of this room: it takes a second to start and little memory to keep."""

from __future__ import annotations

import pytest

from app.inference.embedded import embedded_engine
from app.inference.records import Capabilities


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    with embedded_engine(slots=4, log_path=tmp_path_factory.mktemp("engine") / "engine.log") as running:
        yield running


@pytest.fixture
def capabilities():
    """What the fake server can do."""
    return Capabilities(
        engine="vLLM",
        engine_version="0.0.0",
        served_name="test-model",
        context_tokens=4096,
        n=True,
        logprobs=False,
        prompt_logprobs=False,
        json_schema=False,
        tokenize=True,
        usage_counts_all=True,
    )
