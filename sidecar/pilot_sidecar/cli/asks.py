"""``pilot asks``: what waits for an answer, and answering it."""

import argparse
import json
import sys
import uuid
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.ask_text import in_full, row
from pilot_sidecar.cli.choose import choose
from pilot_sidecar.cli.parts import Do, Parts, add_part, take_parts
from pilot_sidecar.cli.text import table
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.server.discovery import HubFile

NAME, HELP = "asks", "List the questions that wait for you, and answer them."
Ask = dict[str, Any]  # Any: JSON


class WrongAnswerError(PilotError):
    """The answer does not fit the question."""

    code = "wrong_answer"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    what = take_parts(parser, _list, "list")
    add_part(what, "list", "show them", _list)
    _one(what, "show", "show all of one", _show)
    approve = _one(what, "approve", "allow it, as it is shown then", _approve)
    approve.add_argument("--always", action="store_true", help="also from now on, as far as the agent offers that")
    deny = _one(what, "deny", "refuse it", _deny)
    deny.add_argument("-m", "--message", metavar="TEXT", help="tell the agent why, or what to do instead")
    answer = _one(what, "answer", "answer a question", _answer)
    answer.add_argument("answers", metavar="TEXT", nargs="+", help="one for each question, in order")


def _one(what: Parts, name: str, told: str, do: Do) -> argparse.ArgumentParser:
    parser = add_part(what, name, told, do)
    parser.add_argument("ask", metavar="ID", help="its id, or the beginning of it")
    return parser


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    code: int = options.do(hub.need_hub(), options)
    return code


def _list(running: HubFile, options: argparse.Namespace) -> int:
    waiting = hub.call(running, "GET", "/api/asks")
    if options.json:
        print(json.dumps(waiting))
    elif waiting["asks"]:
        print(table([row(ask) for ask in waiting["asks"]]))
        print("`pilot asks show ID`, `approve ID`, `deny ID`, `answer ID TEXT`: the beginning of the id is enough.")
    else:
        print("Nothing waits for you.")
    return 0


def _show(running: HubFile, options: argparse.Namespace) -> int:
    ask = _chosen(running, options)
    print(json.dumps(ask) if options.json else in_full(ask))
    return 0


def _approve(running: HubFile, options: argparse.Namespace) -> int:
    ask = _chosen(running, options)
    if ask["kind"] == "question":
        raise WrongAnswerError("This is a question, not a permission.", f"`pilot asks answer {ask['id']} TEXT`.")
    return _decide(running, options, ask, {"kind": "allow_always" if options.always else "allow_once"})


def _deny(running: HubFile, options: argparse.Namespace) -> int:
    decision = {"kind": "deny"} | ({"message": options.message} if options.message else {})
    return _decide(running, options, _chosen(running, options), decision)


def _answer(running: HubFile, options: argparse.Namespace) -> int:
    ask = _chosen(running, options)
    answers = _fitted(ask["questions"], options.answers)
    return _decide(running, options, ask, {"kind": "answer", "answers": answers})


def _fitted(questions: list[Ask], given: list[str]) -> list[list[str]]:
    """Return an answer for each question; the labels of its options count whatever their case."""
    if not questions:
        raise WrongAnswerError("This is a permission, not a question.", "`pilot asks approve ID`, or `deny ID`.")
    if len(questions) == 1 and questions[0].get("multiple"):
        return [[_label(questions[0], text) for text in given]]
    if len(given) != len(questions):
        count = f"are {len(questions)} questions" if len(questions) > 1 else "is one question"
        raise WrongAnswerError(f"There {count}, and {len(given)} answers were given.", "Put each answer in quotes.")
    return [[_label(question, text)] for question, text in zip(questions, given, strict=True)]


def _label(question: Ask, text: str) -> str:
    labels = [str(option["label"]) for option in question.get("options", [])]
    return next((label for label in labels if label.casefold() == text.casefold()), text)


def _decide(running: HubFile, options: argparse.Namespace, ask: Ask, decision: dict[str, object]) -> int:
    """Decide on what is shown now: if the agent asks for something else meanwhile, the hub refuses."""
    print(in_full(ask), file=sys.stderr if options.json else sys.stdout)
    body = {"digest": ask["digest"], **decision}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    ended = hub.call(running, "POST", f"/api/asks/{ask['id']}/decision", body, **headers)
    print(json.dumps(ended) if options.json else f"→ {_DONE[str(decision['kind'])]}")
    return 0


_DONE = {
    "allow_once": "allowed once",
    "allow_always": "allowed, also from now on",
    "deny": "denied",
    "answer": "answered",
}


def _chosen(running: HubFile, options: argparse.Namespace) -> Ask:
    waiting: list[Ask] = hub.call(running, "GET", "/api/asks")["asks"]
    return choose(waiting, options.ask, "waiting question", "`pilot asks` lists what waits.")
