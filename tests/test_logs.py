from __future__ import annotations

import logging
import warnings

import pytest
import structlog

from bot.logs import describe, keep_texts_out_of_logs, message_in_hand, without_texts

SECRET = "Kalle Testsson 19800101-1234"


@pytest.fixture(autouse=True)
def guarded(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("rasa", "sanic.error", "bot"):
        caplog.set_level(logging.DEBUG, logger=name)
    keep_texts_out_of_logs()
    keep_texts_out_of_logs()


def fail() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"cannot read {SECRET}") from error


def test_other_packages_say_where_but_not_what(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), message_in_hand():
        logging.getLogger("rasa.core.processor").debug(f"got {SECRET}")  # noqa: G004
        logging.getLogger("sanic.error").warning("got %s", SECRET)
    assert "Kalle" not in caplog.text
    assert "rasa.core.processor, line" in caplog.text


def test_our_own_say_what_but_not_the_message_of_an_error(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), message_in_hand():
        try:
            fail()
        except ValueError:
            logging.getLogger("bot.channels.rest").exception("Could not answer in %s", "rest")
    assert "Could not answer in rest: ValueError in fail (" in caplog.text
    assert "after KeyError" in caplog.text
    assert "Kalle" not in caplog.text


def test_nothing_is_withheld_outside_a_message(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("rasa.core.run").info("Starting on %s", 5005)
    assert "Starting on 5005" in caplog.text


def test_warnings_are_withheld(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(), message_in_hand():
        warnings.simplefilter("always")
        keep_texts_out_of_logs()
        # pytest records warnings instead of showing them, so the function that shows them is called itself.
        warnings.showwarning(SECRET, UserWarning, "file.py", 1)
    assert "Kalle" not in capsys.readouterr().err


def test_structured_events_keep_names_and_numbers() -> None:
    event = {"event": "processor.message.parse", "parse_data_text": SECRET, "count": 3, "action_name": "action_x"}
    assert without_texts(None, "debug", event) == {
        "event": "processor.message.parse",
        "count": 3,
        "action_name": "action_x",
    }


def test_structured_errors_are_described() -> None:
    try:
        fail()
    except ValueError as error:
        for given in (True, error, (type(error), error, None)):
            kept = without_texts(None, "error", {"event": "failed", "exc_info": given})
            assert kept["exception"].startswith("ValueError in fail")
            assert "Kalle" not in str(kept)


def test_loggers_that_are_bound_already_are_guarded(caplog: pytest.LogCaptureFixture) -> None:
    assert structlog.get_config()["processors"].count(without_texts) == 1
    with caplog.at_level(logging.DEBUG):
        structlog.get_logger().warning("rest.message.received.failure", text=SECRET)
    assert "Kalle" not in caplog.text


def test_describe_has_no_message() -> None:
    assert describe(ValueError(SECRET)) == "ValueError in no frame"
