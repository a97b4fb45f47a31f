"""Model specifications: from what the user wrote after --model, which model is meant. Asks no server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from app.errors import ModelSpecError

_GGUF_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class EmbeddedSpec:
    """The small model that comes with the program, in the embedded engine."""


@dataclass(frozen=True, slots=True)
class GgufSpec:
    """A GGUF file of the user's, in the embedded engine."""

    path: Path


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """A running server. `base_url` ends in /v1; `served_name` None means the one model that it serves."""

    base_url: str
    served_name: str | None


ModelSpec = EmbeddedSpec | GgufSpec | ServerSpec


def parse_spec(text: str) -> ModelSpec:
    """Read `embedded`, `gguf:PATH`, or a server's address ending in /v1 with an optional `#served-name`.

    Raises ModelSpecError, whose one line says what to write instead.
    """
    text = text.strip()
    if text == "embedded":
        return EmbeddedSpec()
    if text.startswith("gguf:"):
        return GgufSpec(_gguf_file(text.removeprefix("gguf:")))
    return _server(text)


def _gguf_file(written: str) -> Path:
    if not written:
        raise ModelSpecError("gguf: needs the path of a file after it, as in gguf:models/my-model.gguf")
    path = Path(written).expanduser()
    try:
        with path.open("rb") as file:
            magic = file.read(len(_GGUF_MAGIC))
    except FileNotFoundError:
        raise ModelSpecError(f"there is no file {path}; check the path after gguf:") from None
    except OSError as error:
        raise ModelSpecError(f"{path} cannot be read ({error.strerror}); gguf: needs a readable GGUF file") from None
    if magic != _GGUF_MAGIC:
        raise ModelSpecError(f"{path} is not a GGUF file; choose one that llama.cpp can load")
    return path


def _server(text: str) -> ServerSpec:
    address, marked, served_name = text.partition("#")
    address = address.rstrip("/")
    parts = _split(address)
    if marked and not served_name:
        raise ModelSpecError(f"{text!r} names no model after the #; write {address}#NAME, or leave the # out")
    if not parts.path.endswith("/v1"):
        # People paste the address of an endpoint as often as that of the server itself.
        before, found, _ = parts.path.partition("/v1/")
        wanted = parts._replace(path=(before if found else parts.path) + "/v1").geturl()
        raise ModelSpecError(f"a server's address ends in /v1; did you mean {wanted} ?")
    return ServerSpec(address, served_name or None)


def _split(address: str) -> SplitResult:
    """The parts of an http(s) address that holds no secret."""
    offer = "write embedded, gguf:PATH, or a server's address such as http://localhost:8000/v1"
    try:
        parts = urlsplit(address)
        has_port = parts.port is not None
    except ValueError:
        raise ModelSpecError(f"{address!r} is not a web address; {offer}") from None
    if parts.scheme not in {"http", "https"} or "://" not in address:
        # "localhost:8000/v1" parses as an address whose scheme is "localhost".
        looks_like_a_host = "://" not in address and (":" in address or "/" in address)
        fix = f"did you mean http://{address} ?" if looks_like_a_host else offer
        raise ModelSpecError(f"{address!r} is no model; {fix}")
    if parts.username is not None or parts.query:
        # The address is stored and shown, so the message does not repeat it either.
        raise ModelSpecError(
            "a server's address holds no user, password or query; put the key into the setting CUEPROBE_API_KEY_<NAME>"
        )
    if not parts.hostname or any(character.isspace() for character in address):
        raise ModelSpecError(f"{address!r} names no host{' before its port' if has_port else ''}; {offer}")
    return parts
