"""The page of models met: what each server said it can do, and what the newest run found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.pages.findings import Digest, digests_of
from app.pages.records import run_url
from app.store import results
from app.store.results import ModelUse
from app.store.session import Session

_CAPABILITIES = {
    "n": "several draws in one request",
    "logprobs": "log-probabilities of its answer",
    "prompt_logprobs": "log-probabilities of the prompt",
    "json_schema": "answers held to a JSON schema",
    "tokenize": "counts tokens",
}


@dataclass(frozen=True, slots=True)
class Capability:
    """Something a server can do: yes, no, or None for not asked or not answered."""

    name: str
    meaning: str
    value: bool | None


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model as its server described it.

    `finding` is that of its newest run in pieces, every odd one a figure; empty without a run, or while it is still to
    be worked out.
    """

    id: int
    name: str
    url: str
    spec: str
    engine: str
    engine_version: str
    context_tokens: int | None
    capabilities: tuple[Capability, ...]
    asked_at_utc: datetime
    runs: int
    newest_run_id: int | None
    newest_run_url: str | None
    finding: tuple[str, ...]
    diagnoses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ModelsPage:
    """Every model met, the one used last first."""

    models: tuple[ModelLine, ...]


def models_page(session: Session) -> ModelsPage:
    """The models with what their newest run found."""
    uses = results.models_by_use(session)
    runs = results.runs_by_id(session, [use.newest_run_id for use in uses if use.newest_run_id is not None])
    digests = digests_of(session, runs)
    return ModelsPage(tuple(_line(use, digests.get(use.newest_run_id or 0)) for use in uses))


def _line(use: ModelUse, digest: Digest | None) -> ModelLine:
    model, able = use.model, use.model.capabilities
    return ModelLine(
        id=model.id,
        name=model.served_name,
        url=f"/?model={model.id}",
        spec=model.spec,
        engine=model.engine,
        engine_version=model.engine_version,
        context_tokens=able.get("context_tokens"),
        capabilities=tuple(Capability(name, meaning, able.get(name)) for name, meaning in _CAPABILITIES.items()),
        asked_at_utc=model.asked_at_utc,
        runs=use.runs,
        newest_run_id=use.newest_run_id,
        newest_run_url=run_url(use.newest_run_id) if use.newest_run_id is not None else None,
        finding=digest.finding if digest else (),
        diagnoses=digest.counts if digest else {},
    )
