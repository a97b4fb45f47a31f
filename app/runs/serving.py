"""From what the user calls a model to a server that answers for it: started here when it is embedded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from app.config import Settings
from app.inference.capabilities import ask_capabilities
from app.inference.client import ModelClient
from app.inference.embedded import embedded_engine
from app.inference.records import Capabilities
from app.inference.specs import GgufSpec, ServerSpec, parse_spec

ENGINE_SLOTS = 8
ENGINE_DRAWS_IN_FLIGHT = 16  # one trial of 8 draws works while the next is read: 4 % faster than one alone, measured
SERVER_DRAWS_IN_FLIGHT = 256


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that answers: what it can do, a client for it, and how it is named in the store."""

    spec: str
    capabilities: Capabilities
    client: ModelClient
    draws_at_once: int

    def concurrency(self, k: int) -> int:
        """How many trials of k draws to keep in flight when the user leaves it open."""
        return max(1, self.draws_at_once // k)


@asynccontextmanager
async def served_model(spec_text: str, settings: Settings) -> AsyncIterator[ServedModel]:
    """The model of a specification, ready to be asked; an embedded engine ends with the context.

    Raises ModelSpecError, ModelNotServed, ServerUnreachable or EngineFailed.
    """
    spec = parse_spec(spec_text)
    engine_version: str | None = None
    async with AsyncExitStack() as stack:
        if isinstance(spec, ServerSpec):
            base_url, served_name, draws_at_once = spec.base_url, spec.served_name, SERVER_DRAWS_IN_FLIGHT
            api_key = settings.api_key_for(urlsplit(base_url).hostname or "")
        else:
            path = spec.path if isinstance(spec, GgufSpec) else None
            log_path = settings.data_dir / "logs" / "engine.log"
            log_path.parent.mkdir(exist_ok=True)
            engine = stack.enter_context(embedded_engine(path, slots=ENGINE_SLOTS, log_path=log_path))
            base_url, served_name, api_key = engine.base_url, engine.served_name, engine.api_key
            draws_at_once = ENGINE_DRAWS_IN_FLIGHT
            engine_version = engine.version  # its server only says "b0-unknown"
        capabilities = await ask_capabilities(base_url, served_name, api_key)
        if engine_version is not None:
            capabilities = replace(capabilities, engine_version=engine_version)
        client = await stack.enter_async_context(
            ModelClient(
                base_url,
                capabilities.served_name,
                api_key=api_key,
                capabilities=capabilities,
                connections=SERVER_DRAWS_IN_FLIGHT,
            )
        )
        yield ServedModel(spec_text, capabilities, client, draws_at_once)
