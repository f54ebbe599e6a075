"""The assistant that a process answers with: made once, and its database with it where that is missing or old."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from bot.knowledge.answering import Assistant
from bot.knowledge.content import ContentError
from bot.knowledge.database import open_knowledge
from bot.knowledge.load import build, index_of, is_current
from bot.knowledge.phrases import Phrases
from bot.settings import settings

logger = logging.getLogger(__name__)


def assistant() -> Assistant:
    """The assistant that the settings describe.

    ContentError when its content cannot be used and there is no database from before.
    """
    return _assistant(settings().knowledge, settings().data)


@lru_cache(maxsize=1)
def _assistant(knowledge: Path, data: Path) -> Assistant:
    content = data / "knowledge"
    if content.exists() and not is_current(content, knowledge):
        _build(content, knowledge)
    return Assistant(open_knowledge(knowledge), Phrases.read(data / "phrases"), index_of(knowledge))


def _build(content: Path, knowledge: Path) -> None:
    try:
        build(content, knowledge)
    except ContentError as error:
        if not knowledge.exists() or not index_of(knowledge).exists():
            raise
        # The problems, one a line, say all that an editor needs: no traceback.
        logger.error("The knowledge was not built anew; answering from the one before.\n%s", error)  # noqa: TRY400
