"""The block of a run's page on the graders that its labels rest on."""

from app.grading.records import Grade, Label
from app.pages.findings import findings_of
from app.store import queries, results
from app.store.grades import add_grades
from tests.factories import make_run


def test_a_verdict_of_the_judge_that_could_not_be_read_is_no_label(database):
    run_id = make_run(database, none=["correct"] * 5 + [None] * 3)
    given = (Label.INCORRECT, Label.GRADER_ERROR, Label.GRADER_ERROR)
    with database.write() as session:
        trials = [trial.id for trial in results.trial_states(session, run_id)]
        answers = [each for each in results.responses_of_trials(session, trials) if each.label is None]
        grades = [Grade(label, "judge", "1", "so", graded_by="wren") for label in given]
        add_grades(session, [(answer.id, grade) for answer, grade in zip(answers, grades, strict=True)])
    with database.read() as session:
        rests_on = findings_of(session, queries.get_run(session, run_id)).rests_on
    assert [(line.grader, line.labels) for line in rests_on.lines] == [("matcher", 5), ("judge", 1)]
    assert rests_on.judged == 1
