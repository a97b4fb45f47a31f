"""The command line: reads arguments, calls `runs`, `exchange` and `pages`, prints. Holds no work of its own.

What a command needs is imported when it is called: `cueprobe --help` must answer in 0.3 s, and SciPy alone takes that.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from app.cli.commands import cueprobe
from app.errors import CueprobeError

if TYPE_CHECKING:
    from app.cli.doors import WebApp

EXIT_INTERRUPTED = 130

# ClickException, by way of a class that typer exports: newer versions carry a click of their own.
_UsageProblem: Any = typer.BadParameter.mro()[2]


def main(web_app: WebApp) -> None:
    """Run the command line; every error a person can cause is one line and an exit code (interface.md).

    `web_app` reaches the commands that serve through the context; `app.__main__` hands it in.
    """
    command = typer.main.get_command(cueprobe)
    try:
        code = command.main(prog_name="cueprobe", standalone_mode=False, obj=web_app)
    except CueprobeError as error:
        print(f"cueprobe: {error}", file=sys.stderr)
        code = error.exit_code
    except _UsageProblem as problem:
        problem.show()
        code = problem.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone: `cueprobe export 1 | head`
        sys.stderr.close()
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
