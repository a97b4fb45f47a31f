"""A real browser and the real server: pages as people get them.

The sync API keeps an event loop in this thread for as long as Playwright lives, in which no other test could run one of
its own; so the browser lives for a module (1.5 s) and not for the session.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

from app.cli.serving import served
from app.config import Settings
from app.store.session import Database
from app.web.app import create_app
from tests.browser.stored import fill
from tests.factories import make_database

TOKEN = "correct horse battery staple"  # noqa: S105 - opens nothing but the app of a test
NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Site:
    """A server at work and the database behind it."""

    address: str
    database: Database


@dataclass
class Watched:
    """A page with everything it did that a reader would not want."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._complain(message.type, message.text))
        self.page.on("pageerror", lambda error: self._complain("error", str(error)))
        self.page.on("request", self._look_at)
        self.page.on("dialog", self._close)

    def _complain(self, kind: str, text: str) -> None:
        # A page that is not there is one of the pages; hints of the developer tools are not shown by default.
        if kind != "verbose" and "the server responded with a status of 404" not in text:
            self.complaints.append(f"{kind}: {text}")

    def _look_at(self, request: Request) -> None:
        if not request.url.startswith(self.site.address + "/"):
            self.outside.append(request.url)

    def _close(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="module")
def browser(missing: Callable[[str], Any]) -> Iterator[Browser]:
    """Chromium of this machine."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None) or missing("Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """`serve(fill, token)` is a server on a free port until the session ends, its database filled by `fill`."""
    with ExitStack() as stack:

        def start(fill: Callable[[Database], object] | None = None, token: str | None = None) -> Site:
            folder = tmp_path_factory.mktemp("site")
            database = make_database(folder)
            stack.callback(database.close)
            if fill:
                fill(database)
            settings = Settings(data_dir=folder, database_url=database.url, token=token)
            web_app = served(lambda *built, host="": create_app(*built[:2], host=built[2]), settings, database, 0)
            return Site(stack.enter_context(web_app), database)

        yield start


@pytest.fixture(scope="session")
def site(serve: Callable[..., Site]) -> Site:
    """The runs of tests/browser/stored.py; tests only read it."""
    return serve(fill)


@pytest.fixture(scope="session")
def empty_site(serve: Callable[..., Site]) -> Site:
    """Nothing has been run yet."""
    return serve()


@pytest.fixture(scope="session")
def locked_site(serve: Callable[..., Site]) -> Site:
    """A server that asks for a token."""
    return serve(token=TOKEN)


@pytest.fixture
def watch(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """`watch(site, width, dark=True)` is an empty page of a fresh context, closed after the test."""
    with ExitStack() as stack:

        def start(site: Site, width: int = 1440, *, dark: bool = False, javascript: bool = True) -> Watched:
            context = browser.new_context(
                base_url=site.address,
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                locale="en-GB",
                timezone_id="UTC",
                java_script_enabled=javascript,
            )
            context.set_default_timeout(15_000)
            stack.callback(context.close)
            return Watched(context.new_page(), site)

        yield start


@pytest.fixture
def page(watch: Callable[..., Watched], site: Site) -> Iterator[Page]:
    """A desktop page on the stored runs, which fails the test when it complains on the console."""
    watched = watch(site)
    yield watched.page
    assert watched.complaints == []
    assert watched.outside == []
