"""Bodies of chat completions, well-formed and not."""

from __future__ import annotations

import json

import pytest

from app.inference.records import Answer, FinishReason
from app.inference.replies import read_chat_reply, split_reasoning
from app.inference.retries import AttemptFailed


def choice(text, index=0, **fields):
    return {"index": index, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", **fields}


def read(*choices, n=None, **fields):
    return read_chat_reply(json.dumps({"choices": choices, **fields}).encode(), len(choices) if n is None else n)


def test_answers_come_in_the_order_of_their_draws():
    reply = read(choice("b", 1), choice("c", 2), choice("a", 0))
    assert [answer.text for answer in reply.answers] == ["a", "b", "c"]


def test_choices_without_sensible_indexes_stay_as_they_came():
    assert [answer.text for answer in read(choice("a", 0), choice("b", 0)).answers] == ["a", "b"]
    assert [answer.text for answer in read(choice("a", None), choice("b", 0)).answers] == ["a", "b"]


def test_tokens_of_an_answer_are_known_only_when_it_is_alone():
    usage = {"prompt_tokens": 12, "completion_tokens": 5}
    alone = read(choice("a"), usage=usage)
    assert (alone.answers[0].completion_tokens, alone.completion_tokens, alone.prompt_tokens) == (5, 5, 12)
    assert [answer.completion_tokens for answer in read(choice("a", 0), choice("b", 1), usage=usage).answers] == [
        None
    ] * 2


@pytest.mark.parametrize("usage", [None, [], {}, {"completion_tokens": "5"}, {"completion_tokens": -1}])
def test_token_counts_that_are_not_told_are_none(usage):
    reply = read(choice("a"), usage=usage)
    assert (reply.prompt_tokens, reply.completion_tokens) == (None, None)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("content_filter", FinishReason.CONTENT_FILTER),
        ("tool_calls", FinishReason.OTHER),
        (None, FinishReason.OTHER),
        ({}, FinishReason.OTHER),
    ],
)
def test_finish_reasons_nobody_defined_are_other(said, reason):
    assert read(choice("a", finish_reason=said)).answers[0].finish_reason is reason


@pytest.mark.parametrize(
    ("text", "answer", "reasoning"),
    [
        ("Eton.", "Eton.", None),
        ("  Eton.\n", "  Eton.\n", None),
        ("<think>Orwell... Eton?</think>\n\nEton.", "Eton.", "Orwell... Eton?"),
        ("\n<think>\n\n</think>\n\nEton.", "Eton.", None),
        ("<think>Orwell went to", "", "Orwell went to"),
        ("Orwell... Eton?\n</think>\nEton.", "Eton.", "Orwell... Eton?"),
        ("The tag <think> is used.", "The tag <think> is used.", None),
        ("", "", None),
    ],
)
def test_thinking_is_kept_apart_from_the_answer(text, answer, reasoning):
    assert split_reasoning(text) == (answer, reasoning)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_thinking_in_a_field_of_its_own_is_kept(field):
    said = choice(None)
    said["message"][field] = "Hm.\n"
    assert read(said).answers == (Answer("", FinishReason.STOP, "Hm."),)


def test_text_that_no_database_can_store_is_made_storable():
    reply = read_chat_reply(b'{"choices": [{"message": {"content": "a \\ud83d b \\ud83d\\ude00"}}]}', 1)
    assert reply.answers[0].text == "a \ufffd b \U0001f600"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>busy</html>",
        b'{"choices": [{"index": 0, "mess',
        b"\xff\xfe\xfa",
        b"null",
        b"[]",
        b"{}",
        b'{"choices": null}',
        b'{"choices": []}',
        b'{"choices": ["Eton."]}',
        b'{"choices": [{}]}',
        b'{"choices": [{"message": "Eton."}]}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b'{"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}',
    ],
)
def test_a_body_that_is_not_one_answer_is_a_failed_attempt(content):
    with pytest.raises(AttemptFailed) as failure:
        read_chat_reply(content, 1)
    assert not failure.value.is_final
