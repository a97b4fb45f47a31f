"""Users' own suites: importing, making and editing them, and every suite as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.requests import Request

from app.config import Settings
from app.errors import InputError, NotFound
from app.exchange.imports import Import, keep_import, read_import
from app.exchange.probe_formats import AUTO
from app.exchange.probe_rows import MAX_BYTES
from app.exchange.probes_in import slug_of
from app.exchange.probes_out import writer_of_probes
from app.pages.library import edit_url, probe_page
from app.pages.own_suites import ProbeFormPage, SuiteFormPage, import_page, own_names, preview_page, probe_form_page
from app.pages.probe_form import form_values, probe_from_form
from app.pages.records import probe_url, suite_url
from app.probes.checking import Problem
from app.probes.records import Probe
from app.runs.suites import (
    describe_suite,
    find_suite,
    get_own_head,
    get_own_probe,
    get_own_suite,
    put_probe,
    remove_probe,
    start_suite,
)
from app.store.session import Session
from app.web.routes.shared import SessionDep, SettingsDep, database_of, show
from app.web.uploads import Submission, Uploads, submission

router = APIRouter(include_in_schema=False)

PASTED = "pasted text"
_REFUSED = 400

FileForm = Annotated[Submission, Depends(submission(MAX_BYTES + 100_000))]
ProbeForm = Annotated[Submission, Depends(submission(2_000_000))]
Version = Annotated[int | None, Query(ge=1, le=1_000_000_000)]


class SuiteFormat(StrEnum):
    """How a suite comes as a file."""

    YAML = "yaml"
    CSV = "csv"
    JSONL = "jsonl"


_MEDIA_TYPES = {
    SuiteFormat.YAML: "application/yaml; charset=utf-8",
    SuiteFormat.CSV: "text/csv; charset=utf-8",
    SuiteFormat.JSONL: "application/x-ndjson",
}


@router.get("/suites/import", response_class=HTMLResponse)
def show_import(request: Request, session: SessionDep, suite: str = "") -> HTMLResponse:
    """The form that takes a file or a text."""
    return show(request, "suites/import.html", import_page(session, {"suite": suite}))


@router.post("/suites/import", response_class=HTMLResponse)
def preview_import(request: Request, session: SessionDep, settings: SettingsDep, form: FileForm) -> HTMLResponse:
    """What the file holds; nothing is written yet but the file itself, for the next step."""
    uploads = Uploads(settings.data_dir)
    try:
        shown, content = _given(form)
        upload = uploads.keep(content)
        try:
            read = _read(session, settings, form, upload, shown)
        except InputError:
            uploads.drop(upload)
            raise
    except InputError as error:
        answer = show(request, "suites/import.html", import_page(session, form.fields, str(error)))
        answer.status_code = _REFUSED
        return answer
    return show(request, "suites/preview.html", preview_page(read, upload, form.fields))


@router.post("/suites/import/keep")
def keep_good(request: Request, session: SessionDep, settings: SettingsDep, form: ProbeForm) -> Response:
    """Keep the good rows of a file that was looked at."""
    upload = form.text("upload")
    read = _read(session, settings, form, upload, form.text("shown")[-120:] or PASTED)
    if read.suite is None:
        raise InputError("there is no good row to keep; correct the file and give it again")
    session.close()  # reading is over: the write must not wait for it
    with database_of(request).write() as writing:
        keep_import(writing, read)
    Uploads(settings.data_dir).drop(upload)
    return RedirectResponse(suite_url(read.suite.name), 303)


@router.post("/suites/import/drop")
def keep_nothing(settings: SettingsDep, form: ProbeForm) -> Response:
    """Forget a file that was looked at."""
    Uploads(settings.data_dir).drop(form.text("upload"))
    return RedirectResponse("/suites/import", 303)


@router.get("/suites/new", response_class=HTMLResponse)
def show_new_suite(request: Request, session: SessionDep) -> HTMLResponse:
    """The form for a suite and its first probe."""
    page = probe_form_page(
        session,
        heading="A suite of your own",
        action="/suites/new",
        suite="",
        values={"kind": "short_fact"},
        has_suite_fields=True,
        button="Make the suite",
    )
    return show(request, "suites/probe_form.html", page)


@router.post("/suites/new")
def make_suite(request: Request, session: SessionDep, settings: SettingsDep, form: ProbeForm) -> Response:
    """Make the suite, or show the form again with what is wrong."""
    made = _probe(form)
    problems = made if isinstance(made, list) else []
    if isinstance(made, Probe):
        try:
            with database_of(request).write() as writing:
                _start(writing, settings, form, made)
        except InputError as error:
            problems = [_problem(error)]
        else:
            return RedirectResponse(suite_url(form.text("suite")), 303)
    page = probe_form_page(
        session,
        heading="A suite of your own",
        action="/suites/new",
        suite="",
        values=form.fields,
        problems=problems,
        has_suite_fields=True,
        button="Make the suite",
    )
    return _refused(request, page)


@router.get("/suites/{name}.{suite_format}")
def download_suite(
    name: str, suite_format: SuiteFormat, session: SessionDep, settings: SettingsDep, version: Version = None
) -> StreamingResponse:
    """A suite, built in or a user's own, as `cueprobe probes export` writes it."""
    if version is None:
        suite = find_suite(session, name, settings.suites_dir).suite
    else:
        suite = get_own_suite(session, name, settings.suites_dir, version).suite
    lines = writer_of_probes(suite_format)(suite)
    first = next(lines)  # what cannot be written is refused before the answer has begun

    def chunks() -> Iterator[str]:
        yield first
        yield from lines

    headers = {"Content-Disposition": f'attachment; filename="{suite.name}.{suite_format}"'}
    return StreamingResponse(chunks(), media_type=_MEDIA_TYPES[suite_format], headers=headers)


@router.get("/suites/{name}/edit", response_class=HTMLResponse)
def show_suite_form(request: Request, name: str, session: SessionDep, settings: SettingsDep) -> HTMLResponse:
    """The form for title and description."""
    head = get_own_head(session, name, settings.suites_dir)
    page = SuiteFormPage(name, suite_url(name), head.title, head.description, None)
    return show(request, "suites/edit.html", page)


@router.post("/suites/{name}/edit")
def save_suite_form(request: Request, name: str, settings: SettingsDep, form: ProbeForm) -> Response:
    """Save title and description as the suite's next version."""
    title, description = form.text("title"), form.text("description")
    try:
        with database_of(request).write() as writing:
            describe_suite(writing, settings.suites_dir, name, title, description)
    except NotFound:
        raise
    except InputError as error:
        answer = show(request, "suites/edit.html", SuiteFormPage(name, suite_url(name), title, description, str(error)))
        answer.status_code = _REFUSED
        return answer
    return RedirectResponse(suite_url(name), 303)


@router.get("/suites/{name}/probes/new", response_class=HTMLResponse)
def show_new_probe(request: Request, name: str, session: SessionDep, settings: SettingsDep) -> HTMLResponse:
    """The form for one more probe."""
    get_own_head(session, name, settings.suites_dir)
    return show(request, "suites/probe_form.html", _new_probe_page(session, name, {"kind": "short_fact"}))


@router.post("/suites/{name}/probes/new")
def add_probe(request: Request, name: str, session: SessionDep, settings: SettingsDep, form: ProbeForm) -> Response:
    """Add the probe, or show the form again with what is wrong."""
    get_own_head(session, name, settings.suites_dir)
    made = _probe(form)
    problems = made if isinstance(made, list) else _put(request, settings, name, made)
    if problems:
        return _refused(request, _new_probe_page(session, name, form.fields, problems))
    return RedirectResponse(suite_url(name), 303)


@router.get("/suites/{name}/probes/{slug}/edit", response_class=HTMLResponse)
def show_edit(request: Request, name: str, slug: str, session: SessionDep, settings: SettingsDep) -> HTMLResponse:
    """The form for a probe as it is now."""
    probe = get_own_probe(session, name, slug, settings.suites_dir)
    page = _edit_page(session, name, slug, form_values(probe), was=probe.content_sha256)
    return show(request, "suites/probe_form.html", page)


@router.post("/suites/{name}/probes/{slug}/edit")
def save_edit(
    *, request: Request, name: str, slug: str, session: SessionDep, settings: SettingsDep, form: ProbeForm
) -> Response:
    """Save the probe as its next version, or show the form again with what is wrong."""
    get_own_probe(session, name, slug, settings.suites_dir)
    was = form.text("was_sha256")
    made = probe_from_form({**form.fields, "id": slug})
    problems = (
        made if isinstance(made, list) else _put(request, settings, name, made, instead_of=slug, was_sha256=was or None)
    )
    if problems:
        return _refused(request, _edit_page(session, name, slug, form.fields, was=was, problems=problems))
    return RedirectResponse(probe_url(slug), 303)


@router.post("/suites/{name}/probes/{slug}/remove")
def remove(request: Request, name: str, slug: str, settings: SettingsDep) -> Response:
    """Take the probe out of the suite; results keep it."""
    with database_of(request).write() as writing:
        remove_probe(writing, settings.suites_dir, name, slug)
    return RedirectResponse(suite_url(name), 303)


@router.get("/probes/{slug}/copy", response_class=HTMLResponse)
def show_copy(request: Request, slug: str, session: SessionDep, settings: SettingsDep) -> HTMLResponse:
    """The form for a copy of a probe in a suite of one's own."""
    probe = probe_page(session, settings.suites_dir, slug).probe
    names = own_names(session)
    values = {**form_values(probe), "id": f"my-{probe.id}"[:80].rstrip("-"), "suite": names[0] if names else ""}
    return show(request, "suites/probe_form.html", _copy_page(session, slug, values))


@router.post("/probes/{slug}/copy")
def save_copy(request: Request, slug: str, session: SessionDep, settings: SettingsDep, form: ProbeForm) -> Response:
    """Put the copy into a suite, which is made when there is none of that name."""
    made = _probe(form)
    name = form.text("suite")
    problems = made if isinstance(made, list) else []
    if isinstance(made, Probe):
        if name in own_names(session):
            problems = _put(request, settings, name, made)
        else:
            try:
                with database_of(request).write() as writing:
                    _start(writing, settings, form, made)
            except InputError as error:
                problems = [_problem(error)]
    if problems:
        return _refused(request, _copy_page(session, slug, form.fields, problems))
    return RedirectResponse(suite_url(name), 303)


def _given(form: Submission) -> tuple[str, bytes]:
    """What is to be read, and how it is named to people."""
    if form.file is not None and form.text("text"):
        raise InputError("there is a file and a text; give one of them")
    if form.file is not None:
        return form.file.name, form.file.content
    if not form.text("text"):
        raise InputError("there is neither a file nor a text; give one of them")
    return PASTED, form.fields["text"].encode()


def _read(session: Session, settings: Settings, form: Submission, upload: str, shown: str) -> Import:
    return read_import(
        session,
        settings.suites_dir,
        Uploads(settings.data_dir).path(upload),
        form.text("suite"),
        shown=shown,
        format_name=form.text("format") or AUTO,
        title=form.text("title"),
    )


def _probe(form: Submission) -> Probe | list[Problem]:
    """The probe of a form; one without an id gets it from its question."""
    identity = form.text("id") or slug_of(form.text("question"))
    return probe_from_form({**form.fields, "id": identity})


def _start(writing: Session, settings: Settings, form: Submission, probe: Probe) -> None:
    title, description = form.text("title"), form.text("description")
    start_suite(writing, settings.suites_dir, form.text("suite"), probe, title=title, description=description)


def _put(
    request: Request,
    settings: Settings,
    name: str,
    probe: Probe,
    *,
    instead_of: str | None = None,
    was_sha256: str | None = None,
) -> list[Problem]:
    """Store a probe in a user's suite; what speaks against it, nothing when it is stored."""
    try:
        with database_of(request).write() as writing:
            put_probe(writing, settings.suites_dir, name, probe, instead_of=instead_of, was_sha256=was_sha256)
    except InputError as error:
        return [_problem(error)]
    return []


def _problem(error: InputError) -> Problem:
    """An error as a problem of the form; those about an id begin with it."""
    field, colon, rest = str(error).partition(": ")
    return Problem("id", rest, "") if colon and field == "id" else Problem(None, str(error), "")


def _new_probe_page(
    session: Session, name: str, values: Mapping[str, str], problems: Sequence[Problem] = ()
) -> ProbeFormPage:
    return probe_form_page(
        session,
        heading=f"One more probe for {name}",
        action=f"{suite_url(name)}/probes/new",
        suite=name,
        values=values,
        problems=problems,
        button="Add the probe",
    )


def _edit_page(
    session: Session, name: str, slug: str, values: Mapping[str, str], *, was: str, problems: Sequence[Problem] = ()
) -> ProbeFormPage:
    return probe_form_page(
        session,
        heading=f"Edit {slug}",
        action=edit_url(name, slug),
        suite=name,
        values=values,
        problems=problems,
        with_id=False,
        was_sha256=was,
        remove_url=f"{suite_url(name)}/probes/{slug}/remove",
        button="Save as the next version",
        back_url=probe_url(slug),
    )


def _copy_page(
    session: Session, slug: str, values: Mapping[str, str], problems: Sequence[Problem] = ()
) -> ProbeFormPage:
    return probe_form_page(
        session,
        heading=f"Copy {slug} into a suite of yours",
        action=f"{probe_url(slug)}/copy",
        suite="",
        values=values,
        problems=problems,
        has_suite_fields=True,
        button="Copy",
        back_url=probe_url(slug),
    )


def _refused(request: Request, page: ProbeFormPage) -> HTMLResponse:
    """The form again, with what is wrong."""
    answer = show(request, "suites/probe_form.html", page)
    answer.status_code = _REFUSED
    return answer
