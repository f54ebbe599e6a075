"""Rasa component: the names in a message, linked to the entities of the knowledge base."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge.linking import Link, Linker, kind_of
from bot.knowledge.shared import assistant


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class EntityLinker(GraphComponent):  # type: ignore[misc]
    """Sets `entities`: `entity` is the kind, `value` the ref; a name of several things gives one entity each."""

    def __init__(self, linker: Linker) -> None:
        self.linker = linker

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityLinker:
        """A component with the linker of the knowledge base: names are found without training."""
        return cls(assistant().linker)

    def process(self, messages: list[Message]) -> list[Message]:
        """Link the names of each message."""
        for message in messages:
            links = self.linker.link(message.get(TEXT) or "")
            message.set(ENTITIES, [entity for link in links for entity in entities_of(link)], add_to_output=True)
        return messages


def entities_of(link: Link) -> list[dict[str, Any]]:
    """A link as Rasa's entities."""
    return [
        {
            "entity": kind_of(ref),
            "value": ref,
            "start": link.start,
            "end": link.end,
            "confidence_entity": 1.0 if link.exact else 0.8,
            "extractor": "EntityLinker",
        }
        for ref in link.refs
    ]


def links_of(entities: list[dict[str, Any]]) -> list[Link]:
    """The links that Rasa's entities came from; those of other extractors are passed over."""
    spans: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for entity in entities:
        if entity.get("extractor") == "EntityLinker":
            spans.setdefault((entity["start"], entity["end"]), []).append(entity)
    return [
        Link(tuple(entity["value"] for entity in group), start, end, group[0]["confidence_entity"] == 1.0)
        for (start, end), group in sorted(spans.items())
    ]
