"""Where the two doors meet: the command line is given the web app, so that neither has to know the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import cli

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.config import Settings
    from app.store.session import Database


def _web_app(settings: Settings, database: Database, host: str) -> FastAPI:
    """The web app, imported when a command first asks for it: `cueprobe --help` must answer in 0.3 s."""
    from app.web.app import create_app

    return create_app(settings, database, host=host)


def main() -> None:
    """The entry point of `cueprobe` and of `python -m app`."""
    cli.main(_web_app)


if __name__ == "__main__":
    main()
