"""Reading a submitted form. Ours hold a few short fields and no files, so the standard library reads them."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_FORM_BYTES = 64 * 1024
_URLENCODED = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of an urlencoded form, the last value where a name stands twice; {} for an empty body.

    Raises HTTPException 413 for more than 64 KiB, 415 for another encoding, 400 for what cannot be read.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413, "the form is longer than 64 KiB")
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != _URLENCODED:
        raise HTTPException(415, f"send the form as {_URLENCODED}")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=200))
    except ValueError as error:
        raise HTTPException(400, f"the form cannot be read ({error})") from error
