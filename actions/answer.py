"""The action that answers every message."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.knowledge.conversation import Context, Question
from bot.knowledge.linking import Link
from bot.knowledge.shared import assistant


class ActionAnswer(Action):  # type: ignore[misc]
    """Answers the latest message from what was understood of it and of the conversation."""

    def name(self) -> str:
        """The name in the domain."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Send one message with the whole answer, and keep what the next turn may lean on."""
        questions = questions_of(tracker.latest_message)
        reply = assistant().reply(questions, Context.from_json(tracker.get_slot("context")))
        buttons = [{"title": choice.title, "payload": choice.payload} for choice in reply.answer.choices]
        dispatcher.utter_message(
            text=reply.answer.plain_text(), buttons=buttons, json_message={"answer": reply.answer.to_json()}
        )
        return [SlotSet("context", reply.context.to_json())]


def questions_of(message: dict[str, Any]) -> list[Question]:
    """The whole message and then its parts, as Rasa understood them."""
    text = message.get("text") or ""
    links = _links(message.get("entities") or [])
    ranking = tuple((intent["name"], intent["confidence"]) for intent in message.get("intent_ranking") or [])
    questions = [Question(text, ranking, tuple(links))]
    for part in (message.get("understanding") or {}).get("parts", []):
        start, end = part["start"], part["end"]
        inside = (
            Link(link.refs, link.start - start, link.end - start, link.exact)
            for link in links
            if start <= link.start and link.end <= end
        )
        intents = tuple((name, confidence) for name, confidence in part["intents"])
        questions.append(Question(text[start:end], intents, tuple(inside)))
    return questions


def _links(entities: list[dict[str, Any]]) -> list[Link]:
    spans: dict[tuple[int, int], list[str]] = {}
    for entity in entities:
        if entity.get("extractor") == "EntityLinker":
            spans.setdefault((entity["start"], entity["end"]), []).append(entity["value"])
    return [Link(tuple(refs), start, end) for (start, end), refs in sorted(spans.items())]
