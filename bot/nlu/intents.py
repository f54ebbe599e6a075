"""Rasa component: the intents of a message and of each of its parts."""

from __future__ import annotations

from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.knowledge.learning import fact_questions
from bot.knowledge.linking import Link
from bot.knowledge.shared import assistant
from bot.nlu.classifier import Classifier
from bot.nlu.linker import links_of

UNDERSTANDING = "understanding"
FILE = "classifier.joblib"
FACT_EXAMPLES = 3
"""Questions of each fact that the classifier learns from."""


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class IntentClassifier(GraphComponent):  # type: ignore[misc]
    """Sets `intent`, `intent_ranking`, and `understanding`: where the message's parts are and their intents."""

    def __init__(self, storage: ModelStorage, resource: Resource, classifier: Classifier | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self.classifier = classifier

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """An untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """The component as it was trained."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, joblib.load(folder / FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the intent examples and keep what was learnt."""
        examples = [(message.get(INTENT), message.get(TEXT)) for message in training_data.intent_examples]
        shared = assistant()
        self.classifier = Classifier(
            examples, shared.linker, shared.synonyms, shared.fillers, fact_questions(shared.sessions, FACT_EXAMPLES)
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self.classifier, folder / FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Classify each message and its parts."""
        for message in messages:
            self._classify(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing is added to the training data."""
        return training_data

    def _classify(self, message: Message) -> None:
        text, links = message.get(TEXT) or "", links_of(message.get(ENTITIES) or [])
        ranking = [{"name": name, "confidence": confidence} for name, confidence in self._rank(text, links)]
        message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        found = assistant().reader.splitter.spans(text)
        parts = [] if len(found) < 2 else [self._part(text, links, start, end) for start, end in found]
        message.set(UNDERSTANDING, {"parts": parts}, add_to_output=True)

    def _part(self, text: str, links: list[Link], start: int, end: int) -> dict[str, Any]:
        return {"start": start, "end": end, "intents": self._rank(text[start:end], inside(links, start, end))}

    def _rank(self, text: str, links: list[Link]) -> list[tuple[str, float]]:
        if self.classifier is None:
            raise RuntimeError("the intent classifier is not trained; run `rasa train`")
        return self.classifier.rank(text, links) if text.strip() else []


def inside(links: list[Link], start: int, end: int) -> list[Link]:
    """The links between two offsets, counted from the first."""
    return [
        Link(link.refs, link.start - start, link.end - start, link.exact)
        for link in links
        if start <= link.start and link.end <= end
    ]
