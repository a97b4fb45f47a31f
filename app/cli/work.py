"""Long work as the terminal shows it: a bar with rate and time left, and an end by Ctrl-C that loses nothing."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from app.cli.terminal import people
from app.errors import Unreachable

_T = TypeVar("_T")
_LINE_EVERY = 0.1
"""In a file, a line at each tenth of the way."""


class ShownWork:
    """Progress of one piece of work; the bar begins with the first step and is left as it stands at the end."""

    def __init__(self) -> None:
        self._bar = Bar(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[figures]}"), console=people
        )
        self._task = self._bar.add_task("", total=None, figures="")
        self._next_line = _LINE_EVERY

    def step(self, done: int, total: int, figures: str) -> None:
        """Show `done` of `total`, with `figures` beside the bar, or alone where there is no terminal."""
        if people.is_terminal:
            self._bar.start()
            self._bar.update(self._task, total=total, completed=done, figures=figures)
        elif done / total >= self._next_line:
            people.print(figures)
            self._next_line = done / total + _LINE_EVERY

    def ended_early(self, why: str) -> None:
        """Say how to go on; what did not yet begin has nothing to say."""

    def close(self) -> None:
        """Leave the bar as it stands; one that was never begun leaves no empty line."""
        if self._bar.live.is_started:
            self._bar.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_Shown = TypeVar("_Shown", bound=ShownWork)


def carried_out(shown: _Shown, work: Callable[[_Shown], Coroutine[Any, Any, _T]]) -> _T:
    """Do asynchronous work with its progress shown; SIGTERM ends it as Ctrl-C does, with what came back stored.

    Raises KeyboardInterrupt when it was ended, and Unreachable when its server or database is gone.
    """
    with shown:

        async def cancellable() -> _T:
            task = asyncio.current_task()
            if sys.platform != "win32" and task is not None:
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
            return await work(shown)

        try:
            return asyncio.run(cancellable())
        except (KeyboardInterrupt, asyncio.CancelledError):
            shown.close()
            shown.ended_early("Interrupted")
            raise KeyboardInterrupt from None
        except Unreachable:
            shown.close()
            shown.ended_early("Stopped")
            raise


def span(seconds: float) -> str:
    """A length of time in words, minutes from one on."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
