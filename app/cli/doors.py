"""The type of the web app as the command line is handed it; the two doors do not know each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.config import Settings
from app.store.session import Database

WebApp = Callable[[Settings, Database, str], Any]
"""Makes the ASGI application of settings, an open database and the host it will be bound to."""
