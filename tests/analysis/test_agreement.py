"""Alpha against Krippendorff's worked examples and another way of computing it; raw agreement and its intervals."""

from itertools import permutations

import numpy as np
import pytest

from app.analysis.agreement import NO_COMMON_ANSWER, ONE_LABEL_ONLY, Rated, alphas, confusion, raw_agreements
from app.analysis.intervals import wilson_interval

# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A to C; a dot is a missing value.
TWO_BINARY = ("0100000010", "1110010000")
TWO_NOMINAL = ("aabbdcccedda", "babbbccceddd")
FOUR_WITH_MISSING = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def rated(observers, cluster=lambda unit: f"probe-{unit}"):
    """Units in columns, as the examples print them."""
    return [
        Rated(cluster(unit), tuple(None if value == "." else value for value in values))
        for unit, values in enumerate(zip(*observers, strict=True))
    ]


def alpha_of(records, graders=None, seed=0):
    graders = range(len(records[0].labels)) if graders is None else graders
    return alphas(records, [list(graders)], seed=seed)[0]


def alpha_by_pairs(records):
    """1 - observed / expected disagreement, from all pairs written out."""
    units = [[label for label in each.labels if label is not None] for each in records]
    units = [unit for unit in units if len(unit) > 1]
    values = [label for unit in units for label in unit]
    observed = sum(sum(a != b for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units) / len(values)
    expected = sum(a != b for a, b in permutations(values, 2)) / (len(values) * (len(values) - 1))
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("observers", "published"), [(TWO_BINARY, 0.095), (TWO_NOMINAL, 0.692), (FOUR_WITH_MISSING, 0.743)]
)
def test_alpha_of_the_published_examples(observers, published):
    assert alpha_of(rated(observers)).value == pytest.approx(published, abs=0.0005)


def test_a_unit_with_a_single_label_says_nothing_and_is_not_counted():
    found = alpha_of(rated(FOUR_WITH_MISSING))
    assert (found.answers, found.clusters) == (11, 11)
    assert found.low < found.value < found.high


def test_alpha_is_that_of_all_pairs_written_out():
    rng = np.random.default_rng(5)
    labels = ["correct", "incorrect", "not_attempted", None]
    records = [Rated(str(n), tuple(rng.choice(labels, size=5, p=[0.4, 0.3, 0.1, 0.2]))) for n in range(40)]
    assert alpha_of(records).value == pytest.approx(alpha_by_pairs(records))


def test_answers_counted_together_weigh_as_so_many_answers():
    apart = rated(FOUR_WITH_MISSING, cluster=lambda _: "one") + rated(TWO_NOMINAL + TWO_NOMINAL, lambda _: "two") * 3
    together = rated(FOUR_WITH_MISSING, cluster=lambda _: "one")
    together += [Rated("two", each.labels, 3) for each in rated(TWO_NOMINAL + TWO_NOMINAL)]
    assert alpha_of(together) == alpha_of(apart)


def test_alpha_is_undefined_and_not_1_where_there_is_one_label_only():
    found = alpha_of(rated(("aaaa", "aaaa")))
    assert (found.value, found.low, found.high) == (None, None, None)
    assert found.why_missing == ONE_LABEL_ONLY
    assert found.answers == 4


def test_alpha_is_undefined_where_nobody_shares_an_answer():
    assert alpha_of(rated(("ab..", "..ab"))).why_missing == NO_COMMON_ANSWER
    assert alphas([], [[0, 1]], seed=0)[0].why_missing == NO_COMMON_ANSWER


def test_perfect_agreement_is_1_and_its_interval_says_what_few_probes_may_hide():
    few, many = alpha_of(rated(("abab", "abab"))), alpha_of(rated(("ab" * 100, "ab" * 100)))
    assert few.value == many.value == few.high == 1
    assert few.low < 0.5
    assert 0.9 < many.low < 1


def test_one_probe_has_no_interval():
    found = alpha_of(rated(FOUR_WITH_MISSING, cluster=lambda _: "one"))
    assert found.value == pytest.approx(0.743, abs=0.0005)
    assert (found.low, found.high) == (None, None)


def test_alpha_looks_at_the_graders_asked_for():
    records = rated(FOUR_WITH_MISSING)
    assert alpha_of(records, [0, 1]).value == pytest.approx(alpha_by_pairs(rated(FOUR_WITH_MISSING[:2])))
    assert alpha_of(records, [0]).why_missing == NO_COMMON_ANSWER


def test_the_interval_of_alpha_agrees_with_resampling_probes_one_by_one():
    rng = np.random.default_rng(2)
    truth = rng.choice(["a", "b", "c"], size=90)
    second = np.where(rng.random(90) < 0.8, truth, rng.choice(["a", "b", "c"], size=90))
    records = [
        Rated(f"p{n // 3}", (str(one), str(other))) for n, (one, other) in enumerate(zip(truth, second, strict=True))
    ]
    probes = [records[start : start + 3] for start in range(0, 90, 3)]
    drawn = [alpha_by_pairs([each for at in rng.integers(0, 30, size=30) for each in probes[at]]) for _ in range(400)]
    found = alpha_of(records)
    assert (found.low, found.high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.04)
    assert alpha_of(records, seed=3) == alpha_of(records, seed=3)


def test_the_confusion_counts_common_answers_only():
    records = [Rated("p", ("a", "b", None), 3), Rated("q", ("a", "a", "a"), 2), Rated("q", (None, "a", "b"), 5)]
    assert confusion(records, 0, 1) == {("a", "b"): 3, ("a", "a"): 2}
    assert confusion(records, 1, 0) == {("b", "a"): 3, ("a", "a"): 2}
    assert confusion(records, 0, 2) == {("a", "a"): 2}


def test_raw_agreement_counts_answers_and_resamples_probes():
    records = [Rated(f"p{n}", ("a", "a" if n % 4 else "b"), 1 + n % 3) for n in range(40)]
    found, none = raw_agreements([*records, Rated("p", (None, "a"))], [(0, 1), (0, 0)], seed=0)
    agreed = sum(each.answers for each in records if each.labels[0] == each.labels[1])
    assert found.value == agreed / found.answers
    assert (found.answers, found.clusters) == (sum(each.answers for each in records), 40)
    assert 0.5 < found.low < found.value < found.high < 0.95
    assert none.value == 1


def test_graders_who_always_agree_get_the_interval_of_their_probes():
    records = [Rated(f"p{n}", ("a", "a"), 8) for n in range(10)]
    (found,) = raw_agreements(records, [(0, 1)], seed=0)
    assert (found.low, found.high) == wilson_interval(10, 10)


def test_a_pair_without_a_common_answer_has_no_agreement():
    assert raw_agreements(rated(("a.", ".a")), [(0, 1)], seed=0) == [None]
    assert raw_agreements([], [(0, 1)], seed=0) == [None]


def test_few_probes_with_many_answers_do_not_make_a_narrow_interval():
    records = [Rated(f"p{n}", labels, 10) for n in range(2) for labels in (("a", "a"), ("a", "b"), ("b", "b"))]
    (found,) = raw_agreements(records, [(0, 1)], seed=0)
    assert (found.low, found.high) == wilson_interval(40, 60)
    assert alpha_of(records).value is not None
    assert alpha_of(records).low is None
