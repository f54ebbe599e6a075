"""The rival "stock Rasa": DIET and the ResponseSelector, trained on our data in an environment of its own.

Every answer that the knowledge base can give by its key is a response of the retrieval intent `faq`, and the
questions known to lead to it are its examples. An intent of ours that has a set reply keeps it; every other
one lets the ResponseSelector answer, which is the best that a bot without look-ups can do.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from bot.evaluation import processes
from bot.evaluation.processes import ProcessError
from bot.knowledge import dialogue, models
from bot.knowledge.answering import Assistant
from bot.knowledge.lookups import Desk

INTENT_EPOCHS = 10
ANSWER_EPOCHS = 25
"""Rasa's defaults are 100 and 300. With some 12,000 examples an epoch takes 45 s and 22 s on two cores: this is what
ends within 20 minutes. The accuracy on the examples is .95 and .87 by then."""
BATCH = 256
FALLBACK = 0.3
PACKAGES = (
    "rasa==3.6.21",
    "tensorflow==2.12.0",
    "dask==2022.10.2",
    "numpy==1.23.5",
    "scikit-learn==1.1.3",
    "scipy>=1.10,<1.12",
)
OVERRIDES = (
    # Rasa's upper bounds have no wheel for Python 3.11; the others are for other machines, or slow the start.
    "matplotlib>=3.8,<3.10",
    "aiohttp>=3.12",
    "skops ; sys_platform == 'never'",
    "tensorflow-cpu-aws ; sys_platform == 'never'",
    "tensorflow-intel ; sys_platform == 'never'",
    "tensorflow-macos ; sys_platform == 'never'",
)
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


class Unavailable(RuntimeError):
    """The rival cannot be made on this machine; the message says why."""


class Stock:
    """The rival in `folder`: its environment, its project and its model."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "environment" / "bin" / "python"

    @property
    def project(self) -> Path:
        """Its Rasa project."""
        return self.folder / "project"

    @property
    def model(self) -> Path:
        """Its trained model, for the data that is in the project now."""
        return self.project / "models" / f"stock-{_fingerprint(self.project)}.tar.gz"

    def prepare(self, assistant: Assistant, nlu: Path) -> None:
        """Make environment, project and model, as far as they are not there. Unavailable with the reason."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._install()
            write_project(self.project, assistant, nlu)
            self._train()
        except ProcessError as error:
            raise Unavailable(str(error)) from error

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Its address while it runs. ProcessError when it does not start."""
        port = processes.free_port()
        command = [str(self.python), "-m", "rasa", "run", "--model", str(self.model)]
        command += ["-i", "127.0.0.1", "--port", str(port), "--credentials", "credentials.yml"]
        log = self.folder / "serve.log"
        with processes.server(command, f"http://127.0.0.1:{port}", log, self.project, QUIET) as url:
            yield url

    def _install(self) -> None:
        done = self.folder / "environment" / "installed.txt"
        wanted = "\n".join([*PACKAGES, *OVERRIDES])
        if done.exists() and done.read_text("utf-8") == wanted:
            return
        uv = _uv(self.folder)
        overrides = self.folder / "overrides.txt"
        overrides.write_text("\n".join(OVERRIDES) + "\n", "utf-8")
        making = [uv, "venv", "--clear", "--python", "3.11", str(self.folder / "environment")]
        filling = [uv, "pip", "install", "--python", str(self.python), "--overrides", str(overrides), *PACKAGES]
        # Not in our folder: there uv would read our pyproject.toml and put the stand-in in TensorFlow's place.
        elsewhere = Path(tempfile.gettempdir())
        processes.run(making, self.folder / "venv.log", elsewhere)
        processes.run(filling, self.folder / "install.log", elsewhere)
        done.write_text(wanted, "utf-8")

    def _train(self) -> None:
        if self.model.exists():
            return
        command = [str(self.python), "-m", "rasa", "train", "--data", "data", "--skip-validation"]
        command += ["--fixed-model-name", self.model.name.removesuffix(".tar.gz")]
        processes.run(command, self.folder / "train.log", self.project, QUIET)


def write_project(folder: Path, assistant: Assistant, nlu: Path) -> None:
    """Write a stock Rasa project with our examples (`nlu`: data/nlu) and answers into `folder`."""
    examples = _own_examples(nlu)
    with assistant.sessions() as session:
        desk = Desk(session, assistant.phrases, assistant.linker)
        questions = _questions(desk)
        answers = {key: _response(desk, key) for key in questions}
    set_replies = {intent: f"utter_{intent}" for intent in examples if f"utter_{intent}" in assistant.phrases}
    responses = {f"utter_faq/{key}": [{"text": text}] for key, text in answers.items()}
    responses |= {name: [{"text": _literal(assistant.phrases(name))}] for name in set_replies.values()}
    responses["utter_default"] = [{"text": assistant.phrases("dialogue.unknown")}]
    domain = {"version": "3.1", "intents": [*examples, "faq"], "responses": responses}
    known = examples | {f"faq/{key}": texts for key, texts in questions.items()}
    actions = {intent: set_replies.get(intent, "utter_faq") for intent in [*examples, "faq"]}
    actions["nlu_fallback"] = "utter_default"
    _write(folder / "domain.yml", domain)
    _write(folder / "config.yml", _config())
    _write(folder / "credentials.yml", {"rest": None})
    _write(folder / "data" / "nlu.yml", {"version": "3.1", "nlu": [_nlu(*pair) for pair in known.items()]})
    _write(folder / "data" / "rules.yml", {"version": "3.1", "rules": [_rule(*pair) for pair in actions.items()]})


def _config() -> dict[str, Any]:
    learning = {"batch_size": BATCH, "constrain_similarities": True, "random_seed": 1}
    return {
        "recipe": "default.v1",
        "language": "sv",
        "assistant_id": "stock",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", "entity_recognition": False, "epochs": INTENT_EPOCHS, **learning},
            {"name": "ResponseSelector", "retrieval_intent": "faq", "epochs": ANSWER_EPOCHS, **learning},
            {"name": "FallbackClassifier", "threshold": FALLBACK, "ambiguity_threshold": 0.05},
        ],
        "policies": [{"name": "RulePolicy", "core_fallback_action_name": "utter_default"}],
    }


def _own_examples(nlu: Path) -> dict[str, list[str]]:
    examples: dict[str, list[str]] = {}
    for path in sorted(nlu.glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = (line.strip().removeprefix("- ") for line in group["examples"].splitlines())
            examples.setdefault(group["intent"], []).extend(line for line in lines if line)
    return examples


def _questions(desk: Desk) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for answer, text in desk.session.execute(select(models.Question.answer, models.Question.text)):
        found[answer].append(_flat(text))
    return dict(found)


def _response(desk: Desk, key: str) -> str:
    found = dialogue.by_key(desk, key)
    if found is None:
        raise ValueError(f'questions lead to "{key}", which answers nothing; build the knowledge database anew')
    return _literal(found.answer.plain_text())


def _flat(text: str) -> str:
    return " ".join(text.replace("[", "(").replace("]", ")").split())


def _literal(text: str) -> str:
    """Text that Rasa says as it stands: it fills in what is in braces."""
    return text.replace("{", "(").replace("}", ")")


def _nlu(intent: str, examples: list[str]) -> dict[str, str]:
    return {"intent": intent, "examples": "".join(f"- {_flat(example)}\n" for example in examples)}


def _rule(intent: str, action: str) -> dict[str, Any]:
    return {"rule": f"answer {intent}", "steps": [{"intent": intent}, {"action": action}]}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000), "utf-8")


def _fingerprint(project: Path) -> str:
    files = [project / "domain.yml", project / "config.yml", *sorted((project / "data").glob("*.yml"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _uv(folder: Path) -> str:
    """A uv: the machine's, the project's, or one that is fetched into `folder`."""
    found = shutil.which("uv") or shutil.which("uv", path=".uv/bin")
    if found:
        return str(Path(found).absolute())
    own = folder / "uv"
    # The interpreter below our environment: uv makes environments without pip.
    base = str(Path(sys.base_prefix) / "bin" / "python3.11")
    processes.run([base, "-m", "venv", str(own)], folder / "uv.log")
    processes.run([str(own / "bin" / "pip"), "install", "--quiet", "uv>=0.8,<1"], folder / "uv.log")
    return str(own / "bin" / "uv")
