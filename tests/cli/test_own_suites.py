"""A run asks a suite that a user imported, by its name."""

import json

from tests.model_server import model_server


def test_a_suite_of_ones_own_is_asked_by_its_name(cueprobe, tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text("question,answer\nWhich cat?,Tom\nWhere is Ely?,England\n")
    assert cueprobe("probes", "import", path, "--suite", "mine").code == 0
    with model_server(answer=lambda messages, draw, seed: "Tom") as server:
        said = cueprobe("run", "--suite", "mine", "--arms", "none,oracle", "--model", server.url, "--k", "2", "--json")
        assert said.code == 0, said.err
        asked = [r.messages[-1]["content"] for r in server.requests]
    record = json.loads(said.out)
    assert record["by_arm"]["oracle"]["n"] == 4
    assert any("“Where is Ely?” is: England." in text for text in asked)
    refused = cueprobe("run", "--suite", "mine", "--arms", "none,intro", "--model", server.url)
    assert refused.code == 2
    assert "give it a wikipedia_title, or leave out the arms intro and placebo" in refused.line
    none = cueprobe("run", "--suite", "mime", "--arms", "none", "--model", server.url)
    assert "did you mean 'mine'" in none.line
