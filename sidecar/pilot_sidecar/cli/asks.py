"""``pilot asks``: what waits for an answer, and answering it."""

import argparse
import json
import os
import sys
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.ask_text import in_full, rows
from pilot_sidecar.cli.choose import NoMatchError, choose
from pilot_sidecar.cli.parts import Do, Parts, add_part, take_parts
from pilot_sidecar.cli.text import at_terminal, safe, safe_lines, table
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.server.discovery import HubFile

Ask = dict[str, Any]  # Any: JSON


class WrongAnswerError(PilotError):
    """The answer does not fit the question."""

    code = "wrong_answer"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    what = take_parts(parser, _list, "list")
    listing = add_part(what, "list", "show them", _list)
    listing.add_argument("--watch", action="store_true", help="stay, and show each that comes, until Ctrl-C")
    _one(what, "show", "show all of one", _show)
    approve = _some(what, "approve", "allow it, as it is shown then", _approve)
    approve.add_argument("--always", action="store_true", help="also from now on, as far as the agent offers that")
    approve.add_argument("--yes", action="store_true", help="with --always: do not ask")
    deny = _some(what, "deny", "refuse it", _deny)
    deny.add_argument("-m", "--message", metavar="TEXT", help="tell the agent why, or what to do instead")
    answer = _one(what, "answer", "answer a question", _answer)
    answer.add_argument("answers", metavar="TEXT", nargs="+", help="one for each question, in order")
    _some(what, "release", "leave it to the agent's own terminal, undecided", _release)


def _one(what: Parts, name: str, told: str, do: Do) -> argparse.ArgumentParser:
    parser = add_part(what, name, told, do)
    parser.add_argument("ask", metavar="ID", help="its id, or the beginning of it")
    return parser


def _some(what: Parts, name: str, told: str, do: Do) -> argparse.ArgumentParser:
    parser = add_part(what, name, told, do)
    parser.add_argument("asks", metavar="ID", nargs="+", help="its id, or the beginning of it; also several")
    return parser


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    code: int = options.do(hub.need_hub(), options)
    return code


def _list(running: HubFile, options: argparse.Namespace) -> int:
    if getattr(options, "watch", False):
        from pilot_sidecar.cli.asks_watch import watch

        return watch(running, as_json=options.json)
    waiting = hub.call(running, "GET", "/api/asks")
    if options.json:
        print(json.dumps(waiting))
    elif waiting["asks"]:
        print(table(rows(waiting["asks"])))
        print("`pilot asks show ID`, `approve ID`, `deny ID`, `answer ID TEXT`, `release ID`.")
    else:
        print("Nothing waits for you.")
    return 0


def _show(running: HubFile, options: argparse.Namespace) -> int:
    [ask] = _chosen(running, [options.ask])
    print(json.dumps(ask) if options.json else in_full(ask))
    return 0


def _approve(running: HubFile, options: argparse.Namespace) -> int:
    asks = _chosen(running, options.asks)
    if question := next((ask for ask in asks if ask["kind"] == "question"), None):
        raise WrongAnswerError("This is a question, not a permission.", f"`pilot asks answer {question['id']} TEXT`.")
    if not options.always:
        return _decide_all(running, options, asks, {"kind": "allow_once"})
    return _decide_all(running, options, [ask for ask in asks if _agreed(ask, options)], {"kind": "allow_always"})


def _agreed(ask: Ask, options: argparse.Namespace) -> bool:
    """Ask whoever is at a terminal whether that is meant; elsewhere the option says it."""
    if options.yes or options.json or not at_terminal():
        return True
    print(in_full(ask))
    told = safe_lines(ask["always"]) if ask.get("always") else "the agent asks no more about what it takes for the same"
    said = input(f"From now on: {told}\nAllow that? [y/N] ").strip().lower()
    if said in ("y", "yes"):
        return True
    print("Not decided: it still waits.")
    return False


def _deny(running: HubFile, options: argparse.Namespace) -> int:
    decision = {"kind": "deny"} | ({"message": options.message} if options.message else {})
    return _decide_all(running, options, _chosen(running, options.asks), decision)


def _release(running: HubFile, options: argparse.Namespace) -> int:
    return _decide_all(running, options, _chosen(running, options.asks), {"kind": "release"})


def _answer(running: HubFile, options: argparse.Namespace) -> int:
    [ask] = _chosen(running, [options.ask])
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


def _decide_all(running: HubFile, options: argparse.Namespace, asks: list[Ask], decision: dict[str, object]) -> int:
    """Decide on each; what goes wrong with one is said, and the others are decided all the same."""
    if len(asks) == 1:
        return _decide(running, options, asks[0], decision)
    failed = 0 if asks else 1
    for ask in asks:
        try:
            _decide(running, options, ask, decision)
        except hub.CallFailedError as error:
            failed += 1
            print(f"pilot: {safe(ask['id'])}: {error.message}", file=sys.stderr)
    return 1 if failed else 0


def _decide(running: HubFile, options: argparse.Namespace, ask: Ask, decision: dict[str, object]) -> int:
    """Decide on what is shown now: if the agent asks for something else meanwhile, the hub refuses."""
    print(in_full(ask), file=sys.stderr if options.json else sys.stdout)
    body = {"digest": ask["digest"], **decision}
    key = {"Idempotency-Key": os.urandom(16).hex()}
    ended = hub.call(running, "POST", hub.within("asks", ask["id"], "decision"), body, headers=key)
    print(json.dumps(ended) if options.json else f"→ {_DONE[str(decision['kind'])]}")
    return 0


_DONE = {
    "allow_once": "allowed once",
    "allow_always": "allowed, also from now on",
    "deny": "denied",
    "answer": "answered",
    "release": "left to the agent's terminal",
}


def _chosen(running: HubFile, given: list[str]) -> list[Ask]:
    """Return those that are meant, each once; nothing is decided where one of them is not there."""
    waiting: list[Ask] = hub.call(running, "GET", "/api/asks")["asks"]
    found = [_one_of(waiting, running, one) for one in given]
    return list({ask["id"]: ask for ask in found}.values())


def _one_of(waiting: list[Ask], running: HubFile, given: str) -> Ask:
    """Return what is meant; one that does not wait any more by its whole id, so that the hub says who was faster."""
    try:
        return choose(waiting, given, "waiting question", "`pilot asks` lists what waits.")
    except NoMatchError as error:
        if not error.nothing or not given:
            raise
        try:
            ended: Ask = hub.call(running, "GET", hub.within("asks", given))
        except hub.CallFailedError:
            raise error from None
        return ended
