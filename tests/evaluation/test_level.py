"""The suite holds the level: answers in this process are as good as docs/evaluation/latest.json says."""

from __future__ import annotations

from bot.commands.rehearsing import Rehearsal
from bot.evaluation import report
from bot.evaluation.levels import LATEST, Level, Tally, falls
from bot.evaluation.questions import read
from bot.evaluation.running import Case
from bot.settings import settings
from tests.test_questions import QUESTIONS


def test_the_level_is_held() -> None:
    before = Level.read(LATEST)
    assert before is not None, f"{LATEST} is missing: run `make evaluate`, and commit it"
    with Rehearsal(settings()) as rehearsal:
        cases = [Case.of(item, rehearsal.converse(item)) for item in read(QUESTIONS)]
    fallen = falls(Tally.of(cases), before.total)
    assert not fallen, f"{' and '.join(fallen)}\n{report.failures(cases)}"
