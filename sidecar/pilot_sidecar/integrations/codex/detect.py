"""Looking for Codex on this machine."""

import re
from collections.abc import Mapping

from pilot_sidecar.integrations.codex.greeting import OLDEST, TESTED, parts_of
from pilot_sidecar.integrations.codex.program import CodexFailedError, find_codex, run_codex
from pilot_sidecar.integrations.ports import Detection

VERSION_CALL_S = 10.0
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def detect(environ: Mapping[str, str]) -> Detection:
    """Return what is installed, and whether Pilot knows it."""
    program = find_codex(environ)
    if program is None:
        message = "Codex was not found; `npm install -g @openai/codex` installs it."
        return Detection(installed=False, message=message)
    try:
        said = run_codex(program, ["--version"], environ, VERSION_CALL_S)
    except CodexFailedError as error:
        return Detection(installed=True, message=f"Codex is there, but {error.message}")
    found = _VERSION.search(said)
    if found is None:
        return Detection(installed=True, message="Codex is there, but does not tell its version.")
    return judge(found.group())


def judge(version: str) -> Detection:
    """Tell whether Pilot is made for a version."""
    if parts_of(version) < OLDEST:
        message = f"Codex {version} is older than Pilot knows; update it to {TESTED} or later."
        return Detection(installed=True, version=version, supported=False, message=message)
    newer = "" if version == TESTED else f"Pilot was tried with Codex {TESTED}; {version} should work."
    return Detection(installed=True, version=version, supported=True, message=newer)
