"""What stands before every request: headers, Host, token, cross-site writes; and errors in the right form."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import anyio
import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.config import RESOURCES, Settings
from app.errors import NotFound, RunBusy, ServerUnreachable, SettingError
from app.store.session import Database, open_database
from app.web.app import create_app
from app.web.security import local_path

TOKEN = "correct horse battery staple"  # noqa: S105 - opens nothing but the app of a test
BROWSER = {"Accept": "text/html"}
Ask = Callable[..., httpx.Response]


@pytest.fixture
def database(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}", RESOURCES / "migrations")
    yield database
    database.close()


@pytest.fixture
def make_ask(tmp_path, database: Database) -> Callable[..., Ask]:
    """`make_ask(token, host)` gives `ask(method, path, **httpx_options)` on an app with three addresses of its own."""

    def make(token: str | None = None, host: str = "127.0.0.1") -> Ask:
        settings = Settings(data_dir=tmp_path, database_url=database.url, token=token)
        app = create_app(settings, database, host=host)

        @app.post("/write-something")
        async def write() -> PlainTextResponse:
            return PlainTextResponse("written")

        @app.get("/api/v1/fails/{kind}")
        @app.get("/fails/{kind}")
        def fail(kind: str, number: int = 0) -> None:
            raise {
                "missing": NotFound("there is no run 7"),
                "busy": RunBusy(7),
                "away": ServerUnreachable("http://x/v1", "refused"),
            }.get(kind) or KeyError("a secret detail")

        def ask(method: str, path: str, **options) -> httpx.Response:
            async def once() -> httpx.Response:
                transport = httpx.ASGITransport(app)
                async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8321") as client:
                    return await client.request(method, path, **options)

            return anyio.run(once)

        return ask

    return make


@pytest.mark.parametrize(
    "path", ["/healthz", "/nowhere", "/fails/missing", "/fails/unforeseen", "/static/css/base.css"]
)
def test_every_answer_carries_the_policy_that_allows_nothing_from_outside(make_ask, path, caplog):
    caplog.set_level(logging.CRITICAL)
    headers = make_ask()("GET", path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/nowhere", "/login", "/api/docs"])
def test_a_page_holds_no_inline_script_style_or_handler(make_ask, path):
    page = make_ask(TOKEN)("GET", path, headers={**BROWSER, "Authorization": f"Bearer {TOKEN}"}).text
    assert "<html" in page
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert re.findall(r'(?:href|src)="(https?:)?//', page) == []


@pytest.mark.parametrize("host", ["localhost:8321", "127.0.0.1:8321", "127.0.0.1", "[::1]:8321", "LOCALHOST"])
def test_the_names_of_this_machine_are_answered(make_ask, host):
    assert make_ask()("GET", "/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8321", "", "[::1"])
def test_a_page_that_makes_its_own_name_point_here_is_refused(make_ask, host):
    assert make_ask()("GET", "/healthz", headers={"Host": host}).status_code == 421


def test_the_host_it_is_bound_to_is_answered_and_others_are_not(make_ask):
    ask = make_ask(TOKEN, host="10.0.0.5")
    assert ask("GET", "/healthz", headers={"Host": "10.0.0.5:8321"}).status_code == 200
    assert ask("GET", "/healthz", headers={"Host": "10.0.0.6:8321"}).status_code == 421


def test_a_wildcard_host_answers_to_any_name_because_the_token_guards_it(make_ask):
    ask = make_ask(TOKEN, host="0.0.0.0")  # noqa: S104 - nothing is bound here
    assert ask("GET", "/nowhere", headers={"Host": "box.example", "Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "box.example"])  # noqa: S104 - nothing is bound here
def test_a_host_that_others_can_reach_is_refused_without_a_token(tmp_path, database, host):
    with pytest.raises(SettingError, match="CUEPROBE_TOKEN"):
        create_app(Settings(data_dir=tmp_path, database_url=database.url), database, host=host)


def test_without_the_token_a_program_gets_401_and_a_person_the_login(make_ask):
    ask = make_ask(TOKEN)
    program = ask("GET", "/api/v1/openapi.json")
    assert (program.status_code, program.headers["WWW-Authenticate"]) == (401, "Bearer")
    person = ask("GET", "/runs/7?dx=known&q=a b", headers=BROWSER)
    assert person.status_code == 303
    assert person.headers["Location"] == "/login?next=/runs/7%3Fdx%3Dknown%26q%3Da%2520b"


@pytest.mark.parametrize("given", [f"Bearer {TOKEN}", f"bearer  {TOKEN}"])
def test_the_token_as_bearer_opens_the_api(make_ask, given):
    assert make_ask(TOKEN)("GET", "/api/v1/openapi.json", headers={"Authorization": given}).status_code == 200


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer ümläut"])
def test_anything_but_the_token_does_not(make_ask, given):
    headers = {"Authorization": given.encode()}
    assert make_ask(TOKEN)("GET", "/api/v1/openapi.json", headers=headers).status_code == 401


def test_logging_in_gives_a_cookie_that_opens_the_pages_and_does_not_hold_the_token(make_ask):
    ask = make_ask(TOKEN)
    answer = ask("POST", "/login", data={"token": TOKEN, "next": "/runs/7"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/runs/7")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "correct" not in cookie
    inside = ask("GET", "/nowhere", headers={**BROWSER, "Cookie": cookie.partition(";")[0]})
    assert inside.status_code == 404


def test_a_wrong_token_gets_the_form_again_and_no_cookie(make_ask):
    answer = make_ask(TOKEN)("POST", "/login", data={"token": "guess"})
    assert answer.status_code == 401
    assert "not the token" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "runs",
        "/a\r\nSet-Cookie: x",
    ],
)
def test_a_login_does_not_lead_to_another_site(address):
    assert local_path(address) == "/"


def test_a_login_leads_back_to_the_page_that_was_asked_for():
    assert local_path("/runs/7?dx=known") == "/runs/7?dx=known"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/login", "/static/css/base.css"])
def test_health_login_and_style_sheets_need_no_token(make_ask, path):
    assert make_ask(TOKEN)("GET", path, headers=BROWSER).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
    ],
)
def test_a_write_sent_by_a_page_of_another_site_is_refused(make_ask, headers):
    assert make_ask()("POST", "/write-something", headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://127.0.0.1:8321"}])
def test_a_write_from_our_own_page_or_a_program_is_carried_out(make_ask, headers):
    assert make_ask()("POST", "/write-something", headers=headers).text == "written"


@pytest.mark.parametrize(("kind", "status"), [("missing", 404), ("busy", 409), ("away", 503), ("unforeseen", 500)])
def test_an_error_has_its_status_as_a_page_and_as_json(make_ask, kind, status, caplog):
    caplog.set_level(logging.CRITICAL)
    ask = make_ask()
    page, data = ask("GET", f"/fails/{kind}", headers=BROWSER), ask("GET", f"/api/v1/fails/{kind}")
    assert (page.status_code, data.status_code) == (status, status)
    assert "<h1>" in page.text
    assert set(data.json()) == {"error"}
    assert "secret" not in page.text + data.text


def test_an_unforeseen_error_is_logged_with_its_traceback(make_ask, caplog):
    make_ask()("GET", "/fails/unforeseen")
    assert "unforeseen error in GET /fails/unforeseen" in caplog.text
    assert "KeyError" in caplog.text


def test_a_value_of_the_wrong_type_is_named(make_ask):
    answer = make_ask()("GET", "/api/v1/fails/missing?number=seven")
    assert answer.status_code == 422
    assert answer.json()["details"][0]["where"] == "query.number"


def test_the_text_of_an_error_is_escaped(make_ask):
    assert "<script>alert" not in make_ask()("GET", "/<script>alert(1)</script>", headers=BROWSER).text


def test_a_style_sheet_is_kept_for_a_year_under_its_present_hash_alone(make_ask):
    ask = make_ask()
    address = re.search(r'href="(/static/css/tokens\.css\?v=[^"]+)"', ask("GET", "/nowhere", headers=BROWSER).text)[1]
    assert "immutable" in ask("GET", address).headers["Cache-Control"]
    assert ask("GET", "/static/css/tokens.css?v=old").headers["Cache-Control"] == "no-cache"
    assert ask("GET", "/static/css/tokens.css").headers["Cache-Control"] == "no-cache"
    assert ask("GET", "/static/../pyproject.toml").status_code == 404


def test_readiness_says_whether_the_database_answers(make_ask, database):
    ask = make_ask()
    assert ask("GET", "/readyz").status_code == 200
    with database.writer.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    assert ask("GET", "/readyz").status_code == 503


def test_the_api_page_lists_operations_with_their_parameters(make_ask):
    page = make_ask()("GET", "/api/docs").text
    assert "/api/v1/fails/{kind}" in page
    assert "path, string, required" in page


def test_a_form_of_another_encoding_or_too_long_is_refused(make_ask):
    ask = make_ask(TOKEN)
    assert ask("POST", "/login", json={"token": TOKEN}).status_code == 415
    assert ask("POST", "/login", data={"token": "x" * 70_000}).status_code == 413
