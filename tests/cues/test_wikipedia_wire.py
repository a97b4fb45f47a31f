"""What the Wikipedia client sends, and what it makes of every kind of answer; the bodies are MediaWiki's own format."""

import gzip
import json
import re
import threading

import httpx
import pytest

from app import __version__
from app.cues.wikipedia import CueProblem, Wikipedia
from app.errors import ContactMissing, SettingError, SourceUnreachable

CONTACT = "reader@example.org"
API = "http://wiki.example/w/api.php"


def page(title, number=1, **changes):
    """One page on the wire, as MediaWiki sends it."""
    return {
        "pageid": number,
        "ns": 0,
        "title": title,
        "extract": f"{title} is a subject.",
        "revisions": [{"revid": number + 100, "parentid": 0, "timestamp": "2024-03-01T12:00:00Z"}],
        "canonicalurl": f"http://wiki.example/wiki/{title.replace(' ', '_')}",
    } | changes


def titles_of(request):
    return request.url.params["titles"].split("|")


def answering(body, status=200, **kwargs):
    """A wiki that answers every request with the same body."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.MockTransport(lambda _: httpx.Response(status, content=content, **kwargs))


def holding(request):
    """A wiki that has every article it is asked for."""
    return httpx.Response(200, json={"query": {"pages": [page(title) for title in reversed(titles_of(request))]}})


def failure(transport, *, titles=("A",), deadline_s=30):
    """The error of a client that meets this transport."""
    with pytest.raises(SourceUnreachable) as caught:
        Wikipedia(API, CONTACT, deadline_s=deadline_s, transport=transport).introductions(titles)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html><title>Welcome to the hotel</title></html>", "text/html"),
        (b'{"query": {"pages": [', "application/json"),
        (b"null", "application/json"),
        (b"[1, 2]", "application/json"),
        (b'{"query": {"pages": "none"}}', "application/json"),
    ],
)
def test_an_answer_that_is_not_mediawikis_is_called_so(body, kind):
    told = failure(answering(body, headers={"Content-Type": f"{kind}; charset=utf-8"}))
    assert told.startswith(f"Wikipedia (wiki.example) sent something that is no MediaWiki answer ({kind}); ")


def test_an_answer_without_a_result_is_called_so():
    assert failure(answering({"batchcomplete": True})) == "Wikipedia (wiki.example) sent an answer without a result"


def test_an_error_inside_a_successful_answer_is_told_in_the_wikis_words():
    body = {"error": {"code": "readapidenied", "info": "You need read permission.", "docref": "See elsewhere."}}
    told = failure(answering(body, headers={"MediaWiki-API-Error": "readapidenied"}))
    assert told == "Wikipedia (wiki.example) answered with the error readapidenied: You need read permission."


def test_a_refusal_is_told_in_the_servers_plain_words_on_one_line():
    refusal = answering(b"Please name a\n contact\x1b[31m.", 403, headers={"Content-Type": "text/plain"})
    assert failure(refusal) == "Wikipedia (wiki.example) answered 403 Forbidden: Please name a contact [31m."


def test_a_wrong_path_is_told_with_a_hint():
    told = failure(answering(b"<html>", 404, headers={"Content-Type": "text/html"}))
    assert (
        told
        == "Wikipedia (wiki.example) answered 404 Not Found; CUEPROBE_WIKIPEDIA should be the address of an api.php"
    )


def test_a_redirect_to_another_host_is_never_followed():
    hosts = []

    def elsewhere(request):
        hosts.append(request.url.host)
        return httpx.Response(301, headers={"Location": "https://other.example/w/api.php"})

    told = failure(httpx.MockTransport(elsewhere))
    assert told.startswith("Wikipedia (wiki.example) redirects to https://other.example/w/api.php; ")
    assert hosts == ["wiki.example"]


def test_a_server_in_trouble_is_asked_again_and_its_status_told_in_the_end():
    asked = []

    def troubled(request):
        asked.append(request)
        return httpx.Response(503, text="<html>Sorry</html>")

    assert failure(httpx.MockTransport(troubled), deadline_s=1.5) == (
        "Wikipedia (wiki.example) answered 503 Service Unavailable"
    )
    assert len(asked) >= 2


def test_a_broken_connection_is_tried_again():
    asked = []

    def shaky(request):
        asked.append(request)
        if len(asked) == 1:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return holding(request)

    answers = Wikipedia(API, CONTACT, transport=httpx.MockTransport(shaky)).introductions(["A"])
    assert answers["A"].text == "A is a subject."


def test_a_pause_of_an_hour_asked_of_one_request_ends_the_whole_call():
    asked = []

    def limited(request):
        asked.append(request)
        return httpx.Response(429, headers={"Retry-After": "3600"})

    told = failure(httpx.MockTransport(limited), titles=[f"T{number}" for number in range(200)])
    assert told == "Wikipedia (wiki.example) answered 429 Too Many Requests; it asks for 3600 s of patience"
    assert len(asked) <= 3


def test_an_endless_answer_is_cut_short():
    assert failure(answering(b" " * 8_000_001)) == "Wikipedia (wiki.example) sent more than 8 MB in one answer"


def test_an_answer_that_cannot_be_unpacked_is_told():
    def garbled(_):
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip at all"))

    assert failure(httpx.MockTransport(garbled)).endswith("sent an answer that cannot be unpacked")


def test_compressed_answers_are_asked_for_and_understood():
    def compressing(request):
        assert request.headers["Accept-Encoding"] == "gzip"
        content = gzip.compress(json.dumps({"query": {"pages": [page("A")]}}).encode())
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=content)

    answers = Wikipedia(API, CONTACT, transport=httpx.MockTransport(compressing)).introductions(["A"])
    assert answers["A"].text == "A is a subject."


def test_the_user_agent_names_the_program_the_operator_and_the_library():
    sent = []

    def wiki(request):
        sent.append(request.headers["User-Agent"])
        return holding(request)

    Wikipedia(API, " reader@example.org ", transport=httpx.MockTransport(wiki)).introductions(["A"])
    assert sent == [f"cueprobe/{__version__} (reader@example.org) httpx/{httpx.__version__}"]


def test_three_requests_run_at_once_and_never_four():
    three = threading.Barrier(3)
    lock = threading.Lock()
    running, most = 0, 0

    def wiki(request):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        three.wait(timeout=60)
        with lock:
            running -= 1
        return holding(request)

    titles = [f"T{number}" for number in range(120)]
    answers = Wikipedia(API, CONTACT, transport=httpx.MockTransport(wiki)).introductions(titles)
    assert [answer.title for answer in answers.values()] == titles
    assert most == 3


def test_the_licence_is_asked_once_and_told_of_every_passage():
    questions = []

    def wiki(request):
        questions.append(request.url.params.get("siprop"))
        rights = {"rightsinfo": {"url": "//licences.example/by-sa", "text": "A licence"}}
        pages = {"pages": [page(title) for title in titles_of(request)]}
        return httpx.Response(200, json={"query": pages | (rights if questions[-1] else {})})

    wikipedia = Wikipedia(API, CONTACT, transport=httpx.MockTransport(wiki))
    passages = [
        *wikipedia.introductions([f"T{n}" for n in range(25)]).values(),
        *wikipedia.introductions(["A"]).values(),
    ]
    assert sorted(filter(None, questions)) == ["rightsinfo"]
    assert {(passage.licence, passage.licence_url) for passage in passages} == {
        ("A licence", "https://licences.example/by-sa")
    }


def test_a_wiki_that_states_no_licence_is_credited_with_none():
    body = {"query": {"pages": [page("A")], "rightsinfo": {"url": "", "text": ""}}}
    passage = Wikipedia(API, CONTACT, transport=answering(body)).introductions(["A"])["A"]
    assert (passage.licence, passage.licence_url) == (None, None)


def test_addresses_that_a_page_must_not_link_to_are_dropped():
    body = {
        "query": {
            "pages": [page("A", canonicalurl="javascript:alert(1)")],
            "rightsinfo": {"url": "javascript:alert(2)", "text": "A licence"},
        }
    }
    passage = Wikipedia(API, CONTACT, transport=answering(body)).introductions(["A"])["A"]
    assert (passage.url, passage.licence_url) == (None, None)


def test_raw_text_is_kept_only_where_cleaning_changed_it():
    body = {"query": {"pages": [page("A", extract="A () is it."), page("B", extract="B is it.")]}}
    answers = Wikipedia(API, CONTACT, transport=answering(body)).introductions(["A", "B"])
    assert (answers["A"].text, answers["A"].raw) == ("A is it.", "A () is it.")
    assert (answers["B"].text, answers["B"].raw) == ("B is it.", None)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"redirects": [{"from": "A", "to": "word", "tointerwiki": "wikt"}]}, "leads to another wiki, wikt"),
        ({"redirects": [{"from": "A", "to": "A"}]}, "its redirects run in a circle"),
        ({"pages": [page("B")]}, "the answer does not mention it"),
        ({"pages": [{"ns": 0, "title": "A", "pageid": 1}]}, "the answer has no text for it"),
        ({"pages": [page("A", extract="( ; ) \n")]}, "the article has no introduction"),
    ],
)
def test_a_title_the_answer_has_no_text_for_becomes_a_problem(result, reason):
    answers = Wikipedia(API, CONTACT, transport=answering({"query": result})).introductions(["A"])
    assert answers == {"A": CueProblem("A", reason)}


def test_a_title_asked_in_two_spellings_is_sent_once_and_answered_under_both():
    sent = []

    def wiki(request):
        sent.extend(titles_of(request))
        return holding(request)

    answers = Wikipedia(API, CONTACT, transport=httpx.MockTransport(wiki)).introductions(["é", "e\u0301", "é"])
    assert sent == ["é"]
    assert list(answers) == ["é", "e\u0301"]
    assert {answer.title for answer in answers.values()} == {"é"}


def test_nothing_is_asked_when_there_is_nothing_to_ask():
    def wiki(request):
        raise AssertionError(f"asked for {request.url}")

    wikipedia = Wikipedia(API, CONTACT, transport=httpx.MockTransport(wiki))
    assert wikipedia.introductions([]) == {}
    assert wikipedia.introductions([" "]) == {" ": CueProblem(" ", "not a possible title: it is empty")}


@pytest.mark.parametrize("contact", [None, "", "  "])
def test_without_a_contact_the_setting_is_named(contact):
    with pytest.raises(ContactMissing, match=r"set CUEPROBE_CONTACT to your e-mail address, or to a page"):
        Wikipedia(API, contact)


@pytest.mark.parametrize("contact", ["me", "ftp://example.org", "me@example.org\r\nX-Evil: 1", "jörg@example.org"])
def test_a_contact_that_reaches_nobody_is_refused_on_one_line(contact):
    with pytest.raises(ContactMissing) as caught:
        Wikipedia(API, contact)
    assert re.fullmatch(r"CUEPROBE_CONTACT is '.*', which reaches nobody; give .*", str(caught.value))


@pytest.mark.parametrize(
    "address", ["", "off", "en.wikipedia.org", "file:///etc/hosts", "https://", "http://[::1", "ht tp:"]
)
def test_an_address_that_cannot_be_one_names_the_setting(address):
    with pytest.raises(SettingError, match="CUEPROBE_WIKIPEDIA"):
        Wikipedia(address, CONTACT)
