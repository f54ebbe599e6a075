"""Rasa component: a message with its misspelt words put right, for all that comes after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.knowledge import learning
from bot.knowledge.shared import assistant
from bot.knowledge.spelling import Speller, common_words
from bot.settings import settings

FILE = "speller.joblib"
COMMON_WORDS = Path("language", "common_words.txt")


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True)
class SpellingCorrector(GraphComponent):  # type: ignore[misc]
    """Sets `text`. Names are left to the linker, which knows more spellings of them."""

    def __init__(self, storage: ModelStorage, resource: Resource, speller: Speller | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self.speller = speller

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingCorrector:
        """A component that knows no words."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingCorrector:
        """The component with the words that it learnt."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, joblib.load(folder / FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the examples and of the knowledge, and keep them."""
        examples = [message.get(TEXT) for message in training_data.intent_examples]
        self.speller = learning.speller(assistant().sessions, examples, common_words(settings().data / COMMON_WORDS))
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self.speller, folder / FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Put each message right."""
        if self.speller is None:
            raise RuntimeError("the speller is not trained; run `rasa train`")
        for message in messages:
            text = message.get(TEXT) or ""
            message.set(TEXT, self.speller.correct(text, assistant().linker.link(text)), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing is changed in the training data: it holds misspellings that are to be learnt."""
        return training_data
