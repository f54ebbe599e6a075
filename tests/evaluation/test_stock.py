from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.evaluation import processes
from bot.evaluation.processes import ProcessError
from bot.evaluation.stock import Stock, Unavailable, write_project
from bot.knowledge.shared import assistant

NLU = Path("data/nlu")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stock")
    write_project(folder, assistant(), NLU)
    return folder


def loaded(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return content


def test_every_answer_is_a_response_with_examples(project: Path) -> None:
    responses = loaded(project / "domain.yml")["responses"]
    examples = {group["intent"]: group["examples"] for group in loaded(project / "data" / "nlu.yml")["nlu"]}
    answers = [intent for intent in examples if intent.startswith("faq/")]
    assert len(answers) > 400
    assert all(f"utter_{intent}" in responses for intent in answers)
    assert "\nKälla" in responses["utter_faq/forums-radet-medlemmar"][0]["text"]
    assert "- Vilka myndigheter ingår i Rådet?\n" in examples["faq/forums-radet-medlemmar"]


def test_every_intent_has_a_rule_whose_action_is_known(project: Path) -> None:
    domain = loaded(project / "domain.yml")
    rules = [rule["steps"] for rule in loaded(project / "data" / "rules.yml")["rules"]]
    actions = {intent["intent"]: action["action"] for intent, action in rules}
    assert set(actions) == {*domain["intents"], "nlu_fallback"}
    assert set(actions.values()) - {"utter_faq"} <= set(domain["responses"])
    assert (actions["greet"], actions["contact"], actions["faq"]) == ("utter_greet", "utter_faq", "utter_faq")


def test_rasa_fills_nothing_in(project: Path) -> None:
    texts = [variants[0]["text"] for variants in loaded(project / "domain.yml")["responses"].values()]
    assert not [text for text in texts if "{" in text]


def test_other_data_is_another_model(project: Path, tmp_path: Path) -> None:
    stock = Stock(tmp_path)
    shutil.copytree(project, stock.project)
    before = stock.model
    (stock.project / "data" / "rules.yml").write_text("rules: []", "utf-8")
    assert stock.model != before


def test_a_machine_where_it_cannot_be_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ProcessError("no network")

    monkeypatch.setattr(processes, "run", fail)
    with pytest.raises(Unavailable, match="no network"):
        Stock(tmp_path).prepare(assistant(), NLU)
