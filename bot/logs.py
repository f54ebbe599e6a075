"""Keeps what users write out of every log, at every level, also when something fails.

Rasa logs user texts at DEBUG, in warnings and with exceptions, in f-strings that no filter can take
apart. So while a message is in hand every record that is not our own says where it was logged, not
what; an exception says its type and its lines of code, never its message (it may quote the text).
Outside a message nothing is held back. Structured events keep numbers and names, at all times.
"""

from __future__ import annotations

import logging
import traceback
import warnings
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, TextIO

import structlog

OWN_PACKAGES = ("bot", "actions")
SAFE_KEYS = frozenset({"event", "level", "timestamp", "exception", "action_name", "policy_name", "model_id"})
"""The keys of a structured event whose text is never a user's."""

_in_hand: ContextVar[bool] = ContextVar("message_in_hand", default=False)
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


@contextmanager
def message_in_hand() -> Iterator[None]:
    """While this lasts, logs say where something happened and not what was written."""
    token = _in_hand.set(True)
    try:
        yield
    finally:
        _in_hand.reset(token)


def describe(error: BaseException) -> str:
    """The type of `error`, where it was raised, and what caused it: everything but its message."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    cause = error.__cause__ or error.__context__
    return f"{kind} in {places or 'no frame'}" + (f"; after {describe(cause)}" if cause else "")


def keep_texts_out_of_logs() -> None:
    """Install all of it: for `logging`, for `warnings` and for structlog. Calling it again does nothing."""
    _guard_logging()
    _guard_warnings()
    _guard_structlog()


def _guard_logging() -> None:
    # A record factory, because a filter on a logger does not see what its children log, and a filter on
    # a handler misses the handlers that come later.
    make = logging.getLogRecordFactory()
    if getattr(make, "keeps_texts_out", False):
        return

    def make_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        return _without_text(record) if _in_hand.get() else record

    make_record.keeps_texts_out = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make_record)


def _without_text(record: logging.LogRecord) -> logging.LogRecord:
    if record.name.partition(".")[0] not in OWN_PACKAGES:
        record.msg = f"{record.name}, line {record.lineno}: withheld, a message was in hand"
        record.args = ()
    if record.exc_info and record.exc_info[1]:
        record.msg = f"{record.getMessage()}: {describe(record.exc_info[1])}"
        record.args = ()
    record.exc_info = record.exc_text = record.stack_info = None
    return record


def _guard_warnings() -> None:
    show = warnings.showwarning
    if getattr(show, "keeps_texts_out", False):
        return

    def show_warning(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if _in_hand.get():
            message = "withheld, a message was in hand"
        show(message, category, filename, lineno, file, line)

    show_warning.keeps_texts_out = True  # type: ignore[attr-defined]
    warnings.showwarning = show_warning


def _guard_structlog() -> None:
    # Rasa configures structlog in its command line only; started from code it would print every text.
    if not structlog.is_configured():
        from rasa.utils.log_utils import configure_structlog

        configure_structlog()
    # In place: loggers that were bound before keep this very list.
    processors = structlog.get_config()["processors"]
    if without_texts not in processors:
        processors.insert(0, without_texts)


def without_texts(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: keeps the event's name, numbers, and the texts under `SAFE_KEYS`."""
    error = _error(event.get("exc_info"))
    kept = {key: value for key, value in event.items() if key in SAFE_KEYS or isinstance(value, (bool, int, float))}
    kept.pop("exc_info", None)
    if error is not None:
        kept["exception"] = describe(error)
    return kept


def _error(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    import sys

    return sys.exc_info()[1] if exc_info else None
