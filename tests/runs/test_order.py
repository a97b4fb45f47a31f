"""The seeded order of trials: what a balanced, cache-friendly run needs of it."""

import random

from app.runs.order import BLOCK_PROBES, Placed, interleave

ARMS = ("none", "intro", "placebo", "oracle")


def trials_of(topics: int, probes_per_topic: int) -> list[tuple[str, str]]:
    return [(f"t{topic}-p{probe}", arm) for topic in range(topics) for probe in range(probes_per_topic) for arm in ARMS]


def place(trial: tuple[str, str]) -> Placed:
    probe, arm = trial
    topic = probe.split("-")[0]
    passage = {"none": None, "intro": (arm, topic), "placebo": (arm, "x" + topic), "oracle": (arm, probe)}[arm]
    return Placed(probe, topic, passage)


def ordered(trials: list[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    return interleave(trials, [place(trial) for trial in trials], seed=seed)


def test_every_trial_is_asked_once_in_an_order_that_only_the_seed_decides():
    trials = trials_of(10, 4)
    assert sorted(ordered(trials, 1)) == sorted(trials)
    assert ordered(trials, 1) == ordered(trials, 1)
    assert ordered(trials, 1) != ordered(trials, 2)


def test_a_dozen_probes_are_complete_before_the_next_dozen_begins():
    order = ordered(trials_of(20, 3), 7)
    block = BLOCK_PROBES * len(ARMS)
    for start in range(0, len(order), block):
        probes = {probe for probe, _ in order[start : start + block]}
        assert len(probes) == BLOCK_PROBES


def test_trials_with_the_same_passage_stand_side_by_side():
    order = ordered(trials_of(6, 2), 3)
    places = [place(trial).passage for trial in order]
    shared = len({passage for passage in places if passage is not None})
    # A passage met again after another one would add a change; none is met again within a block of six topics.
    seen: list[object] = []
    for passage in places:
        if passage is not None and (not seen or seen[-1] != passage):
            seen.append(passage)
    assert len(seen) == shared


def test_no_arm_is_asked_earlier_than_another():
    """Mean positions of the arms differ by less than chance would explain, over many seeds."""
    trials = trials_of(6, 2)
    total = dict.fromkeys(ARMS, 0.0)
    seeds = 400
    for seed in range(seeds):
        for position, (_, arm) in enumerate(ordered(trials, seed)):
            total[arm] += position
    means = [value / seeds / 12 for value in total.values()]
    assert max(means) - min(means) < 1.5, means


def test_probes_of_a_topic_stay_together_when_the_suite_mixes_them():
    trials = trials_of(8, 6)
    random.Random(5).shuffle(trials)
    order = ordered(trials, 5)
    first_block = {probe.split("-")[0] for probe, _ in order[: BLOCK_PROBES * len(ARMS)]}
    assert len(first_block) == 2
