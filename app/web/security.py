"""What stands before every request: headers, the Host check, the token, and the refusal of cross-site writes.

Pure ASGI, so that streams pass unbuffered. Outermost first: SecurityHeaders, HostCheck, CrossSiteCheck, TokenCheck.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.negotiation import wants_json

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

COOKIE = "cueprobe_session"
COOKIE_SECONDS = 30 * 24 * 3600
_OPEN_PATHS = frozenset({"/login", "/healthz", "/readyz"})
_OPEN_PREFIX = "/static/"


def is_loopback(host: str) -> bool:
    """Whether a host to bind to can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def cookie_value(token: str) -> str:
    """What the cookie holds: proof of the token, not the token, which so never lies in a browser's files."""
    return hmac.new(token.encode(), b"cueprobe session 1", hashlib.sha256).hexdigest()


def same_secret(given: str, expected: str) -> bool:
    """Equality in constant time, for any text."""
    return hmac.compare_digest(given.encode(), expected.encode())


def local_path(address: str) -> str:
    """The address when it is a path of this site, else "/": a login must not lead away."""
    parts = urlsplit(address)
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if is_local and address.isprintable() else "/"


class SecurityHeaders:
    """Adds the policy to every response, refusals and errors among them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, its answer with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class HostCheck:
    """Refuses requests that name a host we are not: a page elsewhere can make its own name point to 127.0.0.1.

    Bound to a wildcard address we cannot know our names; there the token, which is then required, guards instead.
    """

    def __init__(self, app: ASGIApp, bound_host: str) -> None:
        self.app = app
        self._names = None if bound_host in {"0.0.0.0", "::", ""} else _LOOPBACK_NAMES | {bound_host.casefold()}  # noqa: S104 - compared, not bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass the request on."""
        if scope["type"] == "http" and self._names is not None and _host_name(Headers(scope=scope)) not in self._names:
            refusal = PlainTextResponse("this is not the host you asked for; use http://127.0.0.1\n", 421)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


class CrossSiteCheck:
    """Refuses writes that a page of another site or port had a browser send; programs send neither header."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass the request on."""
        if scope["type"] == "http" and scope["method"] not in _READING and _is_cross_site(Headers(scope=scope)):
            await PlainTextResponse("refused: this request comes from another site\n", 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


class TokenCheck:
    """Lets in who shows the token, as `Authorization: Bearer` or by the cookie of /login; idle without a token."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self.app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass the request on."""
        if scope["type"] == "http" and self._token is not None and not self._is_let_in(scope, self._token):
            await _ask_for_token(scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _is_let_in(scope: Scope, token: str) -> bool:
        path: str = scope["path"]
        if path in _OPEN_PATHS or path.startswith(_OPEN_PREFIX):
            return True
        headers = Headers(scope=scope)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and same_secret(given.strip(), token):
            return True
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return same_secret(cookie, cookie_value(token))


def _ask_for_token(scope: Scope) -> Response:
    """The login form for a person, 401 for a program."""
    if scope["method"] != "GET" or wants_json(scope):
        message = "a token is needed: send it as Authorization: Bearer"
        return JSONResponse({"error": message}, 401, headers={"WWW-Authenticate": "Bearer"})
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse(f"/login?next={quote(wanted, safe='/')}", 303)


def _host_name(headers: Headers) -> str:
    """The host of the request without port and brackets, in lower case; empty when it is missing or odd."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _is_cross_site(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.casefold() != headers.get("host", "").casefold()
