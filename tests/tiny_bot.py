"""A bot of three intents, trained in a second, to try Rasa and the channels with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.model_training import train
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.answers import Answer, Choice, Citation
from bot.channels.texts import KEYS
from bot.rasa_runtime import patches
from bot.rasa_runtime.tracker_store import StateTrackerStore
from bot.settings import Settings

CONFIG = """
recipe: default.v1
assistant_id: tiny
language: sv
pipeline:
  - name: KeywordIntentClassifier
policies:
  - name: RulePolicy
"""
DOMAIN = """
version: "3.1"
intents: [answer, fail, silence, remember]
actions: [action_tiny_answer, action_tiny_fail, action_tiny_silence, action_tiny_remember]
slots:
  place: {type: any, influence_conversation: false, mappings: []}
session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: true}
"""
NLU = 'version: "3.1"\nnlu:\n' + "".join(
    f"- intent: {intent}\n  examples: |\n    - {word}\n    - {word} nu\n"
    for intent, word in {"answer": "svara", "fail": "krascha", "silence": "tyst", "remember": "minns"}.items()
)
RULES = 'version: "3.1"\nrules:\n' + "".join(
    f"- rule: {intent}\n  steps:\n  - intent: {intent}\n  - action: action_tiny_{intent}\n"
    for intent in ("answer", "fail", "silence", "remember")
)
ANSWER = Answer(
    text="Det är Göteborgsregionen.\n\nSå är det.",
    citations=(Citation("Om stöd", "GR", "2019"),),
    choices=(Choice("Vem då?", "Vem är kontakt?"), Choice("Mer", '/answer{"more": 1}')),
    key="rss:gr",
)


class TinyAnswer(Action):
    """Gives `ANSWER`."""

    def name(self) -> str:
        return "action_tiny_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        buttons = [{"title": choice.title, "payload": choice.payload} for choice in ANSWER.choices]
        dispatcher.utter_message(ANSWER.plain_text(), buttons=buttons, json_message={"answer": ANSWER.to_json()})
        return []


class TinyFail(Action):
    """Fails, and quotes the user in its error."""

    def name(self) -> str:
        return "action_tiny_fail"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        raise ValueError(f"cannot handle {tracker.latest_message['text']}")


class TinySilence(Action):
    """Says nothing."""

    def name(self) -> str:
        return "action_tiny_silence"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        return []


class TinyRemember(Action):
    """Keeps an id, and, as no action should, the text; says how many events it sees."""

    def name(self) -> str:
        return "action_tiny_remember"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        dispatcher.utter_message(text=f"{tracker.get_slot('place')} {len(tracker.events)}")
        return [SlotSet("place", {"id": "municipality:1481", "said": tracker.latest_message["text"]})]


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of the trained tiny bot."""
    folder = tmp_path_factory.mktemp("tiny")
    for name, content in {"config": CONFIG, "domain": DOMAIN, "nlu": NLU, "rules": RULES}.items():
        (folder / f"{name}.yml").write_text(content, "utf-8")
    data = [str(folder / "nlu.yml"), str(folder / "rules.yml")]
    result = train(str(folder / "domain.yml"), str(folder / "config.yml"), data, str(folder / "models"))
    assert result.model is not None
    return str(result.model)


@pytest.fixture
def own_settings(tmp_path: Path) -> Settings:
    """Settings with everything in a folder of the test's own, texts of the door included."""
    phrases = tmp_path / "data" / "phrases"
    phrases.mkdir(parents=True)
    (phrases / "door.yml").write_text("".join(f"{key}: text of {key}\n" for key in KEYS), "utf-8")
    return Settings(
        state=f"sqlite:///{tmp_path}/state.db",
        secret_file=tmp_path / "secret",
        data=tmp_path / "data",
        names=tmp_path / "names.txt",
        knowledge=tmp_path / "knowledge.db",
        models=tmp_path / "models",
    )


@pytest.fixture
async def tiny_agent(tiny_model: str, own_settings: Settings) -> Agent:
    """The tiny bot, with our tracker store."""
    for action in (TinyAnswer, TinyFail, TinySilence, TinyRemember):
        patches.executor().register_action(action)
    agent = Agent(tracker_store=StateTrackerStore(host=own_settings.state))
    agent.load_model(tiny_model)
    return agent
