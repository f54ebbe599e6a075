"""Asks Rasa from a channel, and collects what it says whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from bot.channels.door import Ask


class Collected(OutputChannel):
    """Collects messages as the dialogue makes them; stock Rasa splits them at every blank line."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The name that responses can be written for."""
        return "collected"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collect `message`."""
        self.messages.append(dict(message))


def asking(on_new_message: Callable[[UserMessage], Awaitable[Any]], channel: str) -> Ask:
    """A function that asks Rasa, through `on_new_message`, in the name of `channel`."""

    async def ask(conversation: str, text: str) -> list[dict[str, Any]]:
        collected = Collected()
        await on_new_message(UserMessage(text, collected, conversation, input_channel=channel))
        return collected.messages

    return ask
