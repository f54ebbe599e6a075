"""The command line: `stodlots …`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.channels.texts import TextsError
from bot.commands.problems import Problem
from bot.settings import Settings, SettingsError, settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: the command line's) name; the exit code."""
    options = parser().parse_args(arguments)
    try:
        return run(options)
    except (Problem, SettingsError, TextsError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(options: argparse.Namespace) -> int:
    """Run the command in `options`; the exit code."""
    # Imported by command: `--help` and a wrong word are answered at once.
    configured = settings()
    match options.command:
        case "serve":
            from bot.commands.serving import serve

            listening = _listening(configured, options)
            serve(listening, *_production(listening) if options.production else ())
        case "ask":
            from bot.commands.talking import ask

            ask(configured, options.question)
        case "chat":
            from bot.commands.talking import chat

            chat(configured)
        case "build":
            from bot.commands.building import build_knowledge

            build_knowledge(configured)
            print(f"Built {configured.knowledge}.")
        case "train":
            from bot.commands.training import LOG, train

            print(f"Trained {train(configured)}; the output is in {LOG}.")
        case "doctor":
            from bot.commands.doctor import doctor

            return 0 if doctor(_listening(configured, options)) else 1
        case "evaluate":
            from bot.commands.evaluating import Wanted, evaluate

            wanted = Wanted(options.questions, options.url, options.rivals, options.keep)
            print(f"Everything is in {evaluate(configured, wanted)}.")
        case "teams":
            from bot.commands.teams import write_manifest

            print(f"Wrote {write_manifest(configured, options.output, options.privacy, options.terms)}.")
    return 0


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    whole = argparse.ArgumentParser(
        prog="stodlots",
        description="Stödlotsen answers, in Swedish, who supports what in evidence-based practice in social services.",
        epilog="Run it in the project's folder. New here? `make serve` prepares everything and starts it.",
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = _add(commands, "serve", "start the server: the chat page and REST", "Needs `build` and `train` first.")
    _add_address(serve)
    serve.add_argument(
        "--production", action="store_true", help="the channels of deploy/credentials.yml, and no unsafe setting"
    )
    asking = _add(commands, "ask", "answer one question and exit", 'Example: stodlots ask "Vad är en RSS?"')
    asking.add_argument("question", help="the question, in quotation marks")
    _add(commands, "chat", "talk in the terminal", "Ctrl-C or Ctrl-D leaves.")
    _add(commands, "build", "build the knowledge database from data/knowledge", "A bad row stops it.")
    _add(commands, "train", "train the model from data/, config.yml and domain.yml", "The output goes to a file.")
    _add_address(_add(commands, "doctor", "check whether everything is in place", "Says what to do where it is not."))
    _add_evaluation(_add(commands, "evaluate", "score the answers to a set of questions", "The results go to .work."))
    _add_teams(_add(commands, "teams", "write the app package for Teams", "docs/teams.md says what to do with it."))
    return whole


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str, more: str
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}. {more}")


def _add_address(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", help="the address to listen on (default: 127.0.0.1, or STODLOTS_HOST)")
    command.add_argument("--port", type=int, help="the port to listen on (default: 5005, or STODLOTS_PORT)")


def _add_teams(command: argparse.ArgumentParser) -> None:
    command.add_argument("what", choices=["manifest"], help="what to write")
    command.add_argument("--output", type=Path, default=Path("stodlotsen-teams.zip"), help="the file to write")
    command.add_argument("--privacy", default="", help="the address of your privacy statement (default: the page's)")
    command.add_argument("--terms", default="", help="the address of your terms of use (default: the page's)")


def _add_evaluation(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--questions",
        type=Path,
        default=Path("tests/questions"),
        metavar="PATH",
        help="a .jsonl file or a folder with some (default: %(default)s)",
    )
    command.add_argument("--url", default="", help="a running assistant (default: one is started for the time)")
    command.add_argument("--rivals", action="store_true", help="train and ask stock Rasa too: 20 minutes, 3 GB")
    command.add_argument("--keep", action="store_true", help="keep the new level in docs/evaluation even if it fell")


def _listening(configured: Settings, options: argparse.Namespace) -> Settings:
    chosen = {name: value for name in ("host", "port") if (value := getattr(options, name)) is not None}
    return replace(configured, **chosen)


def _production(configured: Settings) -> tuple[str]:
    """The file with the channels, after everything that production needs was checked."""
    from bot.commands.production import CREDENTIALS, check_production

    check_production(configured)
    return (CREDENTIALS,)


if __name__ == "__main__":
    sys.exit(main())
