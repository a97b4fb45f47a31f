"""Every error cueprobe raises on purpose, in one tree.

CueprobeError
├── InputError                 the user's input is wrong; nothing was started, nothing written   exit 2, HTTP 400
│   ├── SuiteError             a suite or note file breaks its schema (file, line, probe, field)
│   ├── SettingError           a setting has a value it cannot have
│   ├── ModelSpecError         --model is neither embedded, gguf:PATH nor a server address
│   ├── ModelNotServed         the server answers but does not serve the model asked for
│   ├── CueUnavailable         an arm was asked for and a probe has no text for it
│   ├── ContactMissing         live Wikipedia was asked for without the operator's contact
│   ├── DataFolderError        the data folder cannot be used (read-only, not a folder, full)
│   ├── PortInUse              the web app's port is taken
│   ├── RunBusy                another process is carrying out the run
│   └── NotFound               a run, suite, probe or model of that name does not exist          exit 2, HTTP 404
├── Unreachable                something outside does not answer; what was done is kept          exit 3, HTTP 503
│   ├── ServerUnreachable      a model server does not answer
│   ├── SourceUnreachable      Wikipedia (or another source of cues) does not answer
│   ├── DatabaseUnreachable    the database cannot be opened
│   └── EngineFailed           the embedded engine or one of its files is missing or did not start
└── RequestFailed              one request to a model failed for good; stored on its trial, the run goes on
"""

from __future__ import annotations

from pathlib import Path


class CueprobeError(Exception):
    """Base of all errors a person may see; str(error) is one clear line that says what to do."""

    exit_code = 2
    http_status = 500


class InputError(CueprobeError):
    """What the user gave is wrong; raised before any work starts."""

    http_status = 400


class SuiteError(InputError):
    """A suite or note file breaks its schema."""

    def __init__(
        self,
        path: Path | str,
        reason: str,
        *,
        line: int | None = None,
        probe_id: str | None = None,
        field: str | None = None,
        fix: str | None = None,
    ) -> None:
        self.path, self.line, self.probe_id, self.field, self.fix = path, line, probe_id, field, fix
        where = f"{path}:{line}" if line is not None else str(path)
        subject = "".join((f" probe {probe_id!r}" if probe_id else "", f" field {field!r}" if field else ""))
        super().__init__(f"{where}:{subject}{':' if subject else ''} {reason}" + (f". {fix}" if fix else ""))


class SettingError(InputError):
    """A setting has a value it cannot have."""


class ModelSpecError(InputError):
    """A model specification cannot be understood."""


class ModelNotServed(InputError):
    """The server answers, but not for this model."""

    def __init__(self, url: str, name: str, served: list[str]) -> None:
        self.url, self.name, self.served = url, name, served
        offer = f"it serves {', '.join(served)}" if served else "it serves no model"
        super().__init__(f"{url} does not serve {name!r}; {offer}")


class CueUnavailable(InputError):
    """An arm was asked for and a probe has no text for it."""


class ContactMissing(InputError):
    """Live Wikipedia was asked for without the operator's contact."""


class DataFolderError(InputError):
    """The data folder cannot be used."""


class PortInUse(InputError):
    """The web app's port is taken."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        super().__init__(f"port {port} on {host} is in use; choose another with --port, or stop what uses it")


class RunBusy(InputError):
    """Another process is carrying out the run."""

    http_status = 409

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        super().__init__(f"run {run_id} is being carried out by another process; stop that one first")


class NotFound(InputError):
    """A run, suite, probe or model of that name does not exist."""

    http_status = 404


class Unreachable(CueprobeError):
    """Something outside does not answer; what was done so far is kept and can be resumed."""

    exit_code = 3
    http_status = 503


class ServerUnreachable(Unreachable):
    """A model server does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"no model server answers at {url} ({reason}); is it running, and is the address right?")


class SourceUnreachable(Unreachable):
    """Wikipedia, or another source of cues, does not answer."""


class DatabaseUnreachable(Unreachable):
    """The database cannot be opened."""


class EngineFailed(Unreachable):
    """The embedded engine, or one of its files, is missing or did not start."""


class RequestFailed(CueprobeError):
    """One request to a model failed for good: the server's own words are kept on the trial."""

    exit_code = 1

    def __init__(self, reason: str, *, status: int | None = None, attempts: int = 1) -> None:
        self.reason, self.status, self.attempts = reason, status, attempts
        super().__init__(reason)
