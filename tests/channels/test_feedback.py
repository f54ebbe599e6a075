from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.feedback import LONGEST_RECEIPT, Answered, Feedback
from bot.channels.memory import Hasher
from bot.settings import Settings
from bot.state.database import open_state
from bot.state.tables import FEEDBACK

ANSWERED = Answered("rss_of:municipality:1441", ("membership:1441:rss-14-gr", "rss:rss-14-gr"), "0123abcd", "t1")


@pytest.fixture
def feedback(own_settings: Settings) -> Feedback:
    return Feedback(open_state(own_settings.state), Hasher(b"k" * 32), "web")


def rows(settings: Settings) -> list[dict[str, Any]]:
    with open_state(settings.state).connect() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(FEEDBACK))]


def test_a_verdict_is_stored_with_what_it_is_about(feedback: Feedback, own_settings: Settings) -> None:
    assert feedback.give("me", feedback.receipt("me", ANSWERED), "wrong")
    (row,) = rows(own_settings)
    assert {key: row[key] for key in ("channel", "verdict", "answer", "facts", "knowledge")} == {
        "channel": "web",
        "verdict": "wrong",
        "answer": "rss_of:municipality:1441",
        "facts": "membership:1441:rss-14-gr rss:rss-14-gr",
        "knowledge": "0123abcd",
    }


def test_the_last_verdict_counts_and_can_be_taken_back(feedback: Feedback, own_settings: Settings) -> None:
    receipt = feedback.receipt("me", ANSWERED)
    assert feedback.give("me", receipt, "up")
    assert feedback.give("me", receipt, "down")
    assert [row["verdict"] for row in rows(own_settings)] == ["down"]
    assert feedback.give("me", receipt, "")
    assert rows(own_settings) == []


def test_the_same_answer_given_twice_can_be_judged_twice(feedback: Feedback, own_settings: Settings) -> None:
    for turn in ("t1", "t2"):
        feedback.give("me", feedback.receipt("me", Answered("k", (), "v", turn)), "up")
    assert len(rows(own_settings)) == 2


def test_a_receipt_that_is_not_ones_own_is_worth_nothing(feedback: Feedback, own_settings: Settings) -> None:
    receipt = feedback.receipt("me", ANSWERED)
    body, _, signature = receipt.partition(".")
    for bad in (f"{body}x.{signature}", f"{body}.{signature[:-1]}", body, "", "å.ä", "x" * (LONGEST_RECEIPT + 1)):
        assert not feedback.give("me", bad, "up")
    assert not feedback.give("somebody else", receipt, "up")
    assert not feedback.give("me", receipt, "great")
    assert rows(own_settings) == []
