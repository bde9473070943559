"""The ``codex`` program: where it is, whose home it uses, and short calls of it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from pilot_sidecar.core.errors import PilotError

COMMAND_S = 60.0
_NO_TRACE = "Stack backtrace:"


class CodexFailedError(PilotError):
    """A ``codex`` command did not do what it was asked to."""

    code, status = "agent_failed", 502


def find_codex(environ: Mapping[str, str]) -> str | None:
    """Return the program a terminal would start."""
    return shutil.which("codex", path=environ.get("PATH"))


def user_home(environ: Mapping[str, str]) -> Path:
    """Return the user's home, as Codex and the shells of its hooks see it."""
    named = environ.get("HOME") or environ.get("USERPROFILE")
    return Path(named) if named else Path.home()


def codex_home(environ: Mapping[str, str]) -> Path:
    """Return ``$CODEX_HOME``, by default ``~/.codex``; links resolved, not created."""
    named = environ.get("CODEX_HOME")
    return (Path(named) if named else user_home(environ) / ".codex").resolve()


def run_codex(program: str, arguments: Sequence[str], environ: Mapping[str, str], limit_s: float = COMMAND_S) -> str:
    """Return what a command prints; raises CodexFailedError with Codex's own words."""
    shown = f"`codex {' '.join(arguments)}`"
    try:
        code, output, errors = _run([program, *arguments], environ, limit_s)
    except OSError as error:
        raise CodexFailedError(f"{shown} could not be started: {error.strerror or error}.") from error
    except subprocess.TimeoutExpired:
        raise CodexFailedError(f"{shown} did not end within {limit_s:.0f} s.", "Try it in a terminal.") from None
    if code != 0:
        raise CodexFailedError(f"{shown} failed: {_words(errors) or f'exit code {code}'}.")
    return output


def _run(command: list[str], environ: Mapping[str, str], limit_s: float) -> tuple[int, str, str]:
    process = subprocess.Popen(  # noqa: S603 - the user's own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environ),
        text=True,
        errors="replace",
        start_new_session=os.name == "posix",
    )
    with process:
        try:
            output, errors = process.communicate(timeout=limit_s)
        except BaseException:
            _kill(process)
            raise
    return process.returncode, output, errors


def _kill(process: "subprocess.Popen[str]") -> None:
    """End a program and what it started: npm's ``codex`` is a script around the real one."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _words(errors: str) -> str:
    said = errors.partition(_NO_TRACE)[0].rpartition("Error: ")[2]
    lines = [line.strip() for line in said.splitlines()]
    return ": ".join(line for line in lines if line and line != "Caused by:").rstrip(".")[:500]
