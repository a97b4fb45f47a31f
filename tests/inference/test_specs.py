"""Model specifications as a person writes them."""

from __future__ import annotations

import pytest

from app.errors import ModelSpecError
from app.inference.specs import EmbeddedSpec, GgufSpec, ServerSpec, parse_spec


def test_the_three_kinds_of_model_are_told_apart(tmp_path):
    gguf = tmp_path / "mine.gguf"
    gguf.write_bytes(b"GGUF\x03\x00\x00\x00")
    assert parse_spec("embedded") == EmbeddedSpec()
    assert parse_spec(f"gguf:{gguf}") == GgufSpec(gguf)
    assert parse_spec("http://localhost:8000/v1") == ServerSpec("http://localhost:8000/v1", None)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("https://gpu.example/llm/v1/", ServerSpec("https://gpu.example/llm/v1", None)),
        (" http://[::1]:8000/v1 ", ServerSpec("http://[::1]:8000/v1", None)),
        ("http://localhost/v1#Qwen/Qwen3-8B", ServerSpec("http://localhost/v1", "Qwen/Qwen3-8B")),
        ("http://localhost/v1/#a#b", ServerSpec("http://localhost/v1", "a#b")),
    ],
)
def test_a_server_is_its_address_and_perhaps_a_served_name(text, spec):
    assert parse_spec(text) == spec


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("http://localhost:8000", "did you mean http://localhost:8000/v1 ?"),
        ("http://localhost:8000/v1/chat/completions", "did you mean http://localhost:8000/v1 ?"),
        ("http://localhost:8000/api#m", "did you mean http://localhost:8000/api/v1 ?"),
        ("localhost:8000/v1", "did you mean http://localhost:8000/v1 ?"),
        ("gpt-4", "write embedded, gguf:PATH, or a server's address"),
        ("", "write embedded, gguf:PATH, or a server's address"),
        ("ftp://host/v1", "write embedded, gguf:PATH, or a server's address"),
        ("http://host:port/v1", "write embedded, gguf:PATH, or a server's address"),
        ("http:///v1", "names no host"),
        ("http://two words/v1", "write embedded"),
        ("http://localhost/v1#", "write http://localhost/v1#NAME"),
        ("gguf:", "gguf:models/my-model.gguf"),
        ("gguf:/no/such/file.gguf", "check the path after gguf:"),
    ],
)
def test_a_wrong_specification_is_told_its_fix_in_one_line(text, fix):
    with pytest.raises(ModelSpecError) as told:
        parse_spec(text)
    assert fix in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_a_model_is_refused_before_anything_starts(tmp_path):
    (tmp_path / "notes.txt").write_text("GG")
    with pytest.raises(ModelSpecError, match="is not a GGUF file"):
        parse_spec(f"gguf:{tmp_path / 'notes.txt'}")
    with pytest.raises(ModelSpecError, match="cannot be read"):
        parse_spec(f"gguf:{tmp_path}")


@pytest.mark.parametrize("text", ["http://me:s3cret@host/v1", "http://host/v1?key=s3cret", "http://s3cret@host"])
def test_a_secret_in_the_address_is_refused_and_not_repeated(text):
    with pytest.raises(ModelSpecError, match="CUEPROBE_API_KEY_<NAME>") as told:
        parse_spec(text)
    assert "s3cret" not in str(told.value)
