from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import curve
from bot.evaluation.levels import Tally
from bot.evaluation.questions import Item
from bot.evaluation.running import Heard
from bot.knowledge import answering, weights
from bot.knowledge.search import QuestionIndex
from bot.knowledge.shared import assistant
from tests.evaluation.made_up import SOURCE, item


@pytest.fixture(scope="module")
def index() -> QuestionIndex:
    return assistant().index


def test_a_point_is_measured_at_every_value(index: QuestionIndex) -> None:
    def converse(asked: Item) -> Heard:
        """Answers where the evidence for "regional" is enough."""
        if weights.ENOUGH > 0.4:
            return Heard("Det vet jag inte.")
        return Heard(f"{index.search(asked.turns[0], [])[0].answer}: regional.\n\n{SOURCE}")

    before = weights.ENOUGH, weights.FAIR
    points = curve.measure([item(), item(every=["x{9}"])], converse, index)
    assert {point.enough: point.tally for point in points}[0.3] == Tally(1, 0, 1)
    assert {point.enough: point.tally for point in points}[0.5] == Tally(0, 2, 0)
    assert weights.ENOUGH in [point.enough for point in points]
    assert before == (weights.ENOUGH, weights.FAIR)
    assert "search" not in vars(index)


def test_the_bars_move_together() -> None:
    ratio = weights.FAIR / weights.ENOUGH
    with curve._needing(0.5):
        assert vars(answering)["ENOUGH"] == weights.ENOUGH == 0.5
        assert pytest.approx(0.5 * ratio) == weights.FAIR
    assert vars(answering)["ENOUGH"] == weights.ENOUGH != 0.5


def test_the_curve_is_a_picture(tmp_path: Path) -> None:
    curve.draw([curve.Point(0.1, Tally(9, 0, 1)), curve.Point(0.5, Tally(5, 5, 0))], 0.36, tmp_path / "curve.svg")
    assert "<svg" in (tmp_path / "curve.svg").read_text("utf-8")
