"""Forms that bring files: read without a parser of others, and kept while their reader decides what to do with them."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.errors import DataFolderError, InputError

MAX_FIELDS: Final = 100
_DRAINED: Final = 1_000_000_000
_KEPT: Final = 20
_KEPT_S: Final = 24 * 3600.0
_KEY: Final = re.compile(r"[0-9a-f]{64}")
_MULTIPART, _URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as a browser sends it; its name is for showing alone."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """The fields of a form, the last value where a name stands twice, and its file if one was chosen."""

    fields: dict[str, str]
    file: UploadedFile | None = None

    def text(self, name: str) -> str:
        """A field without space around it; empty when it was not sent."""
        return self.fields.get(name, "").strip()


def submission(max_bytes: int) -> Callable[[Request], Coroutine[Any, Any, Submission]]:
    """A dependency that reads a form of at most so many bytes, in either encoding that browsers use.

    It raises HTTPException 413 for a longer one, 415 for another encoding, 400 for what cannot be read.
    """

    async def read(request: Request) -> Submission:
        body = bytearray()
        received = 0
        async for chunk in request.stream():
            received += len(chunk)
            if received <= max_bytes:
                body += chunk
            elif received > _DRAINED:
                break
        if received > max_bytes:  # told only now: a browser shows no answer that comes while it is still sending
            raise HTTPException(413, f"what you sent is larger than {max_bytes / 1_000_000:.0f} MB; split it")
        kind = request.headers.get("content-type", "")
        name = kind.partition(";")[0].strip().casefold()
        if not body:
            return Submission({})
        if name == _URLENCODED:
            return Submission(_urlencoded(bytes(body)))
        if name == _MULTIPART:
            return _multipart(bytes(body), kind)
        raise HTTPException(415, f"send the form as {_MULTIPART}")

    return read


class Uploads:
    """Files in the data folder, each under its hash, until they are imported, dropped or a day old."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "uploads"

    def keep(self, content: bytes) -> str:
        """The key of a file; the same content has the same. Raises DataFolderError when it cannot be written."""
        key = hashlib.sha256(content).hexdigest()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._forget_old()
            part = self._folder / f".{key}.{os.getpid()}.{time.monotonic_ns()}"
            part.write_bytes(content)
            part.replace(self._folder / key)
        except OSError as error:
            raise DataFolderError(f"the upload cannot be kept in {self._folder} ({error.strerror})") from error
        return key

    def path(self, key: str) -> Path:
        """Where a kept file is; raises InputError when it is there no more."""
        path = self._folder / key
        if not _KEY.fullmatch(key) or not path.is_file():
            raise InputError("the file is not kept any more; give it again")
        return path

    def drop(self, key: str) -> None:
        """Forget a file; one that is not there is forgotten already."""
        if _KEY.fullmatch(key):
            (self._folder / key).unlink(missing_ok=True)

    def _forget_old(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        oldest = time.time() - _KEPT_S
        for place, path in enumerate(files):
            if place >= _KEPT or path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


def _urlencoded(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise HTTPException(400, f"the form cannot be read ({error})") from error


def _multipart(body: bytes, content_type: str) -> Submission:
    """The parts between the boundaries (RFC 7578)."""
    found = re.search(r'boundary="?([^";\s]{1,70})"?', content_type)
    if found is None:
        raise HTTPException(400, "the form cannot be read (it names no boundary)")
    delimiter = b"--" + found.group(1).encode("latin-1", "replace")
    fields: dict[str, str] = {}
    file: UploadedFile | None = None
    start = body.find(delimiter)
    for _ in range(MAX_FIELDS):
        head = start + len(delimiter)
        if start < 0 or body[head : head + 2] == b"--":
            return Submission(fields, file)
        end = body.find(b"\r\n" + delimiter, head)
        split = body.find(b"\r\n\r\n", head, end if end > 0 else None)
        if end < 0 or split < 0:
            break
        words = body[head:split].decode("utf-8", "replace")
        name = re.search(r'(?i)content-disposition:[^\r\n]*?[;\s]name="([^"\r\n]*)"', words)
        file_name = re.search(r'(?i)content-disposition:[^\r\n]*?[;\s]filename="([^"\r\n]*)"', words)
        content = body[split + 4 : end]
        if file_name is not None:
            if file_name.group(1) or content:
                shown = file_name.group(1).replace("%22", '"').replace("\\", "/").rpartition("/")[2]
                file = UploadedFile(shown[-120:] or "file", content)
        elif name is not None:
            try:
                fields[name.group(1)] = content.decode()
            except UnicodeDecodeError as error:
                raise HTTPException(400, f"the field {name.group(1)!r} is not UTF-8 text") from error
        start = end + 2
    raise HTTPException(400, "the form cannot be read (it is cut off, or has too many fields)")
