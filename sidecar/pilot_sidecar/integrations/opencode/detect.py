"""Looking for OpenCode on this machine."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.integrations.ports import Detection

TESTED = "1.18.33"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
VERSION_CALL_S = 10.0
PACKAGE = "opencode-ai"
REAL_BYTES = 10_000_000
"""npm's package has a stub of some lines where its install script did not run."""


def detect(environ: Mapping[str, str]) -> Detection:
    """Return what is installed, and whether the bridge is made for it."""
    program = shutil.which("opencode", path=environ.get("PATH"))
    if program is None:
        return Detection(installed=False, message="OpenCode was not found; see https://opencode.ai to install it.")
    if (packaged := packaged_version(Path(program))) is not None:
        return judge(packaged)
    try:
        command, env = [program, "--version"], dict(environ)
        called = subprocess.run(  # noqa: S603 - the user's own program
            command, capture_output=True, text=True, timeout=VERSION_CALL_S, env=env, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return Detection(installed=True, message="OpenCode is there, but `opencode --version` does not answer.")
    found = _VERSION.search(called.stdout)
    if found is None:
        return Detection(installed=True, message="OpenCode is there, but does not tell its version.")
    return judge(found.group())


def packaged_version(program: Path) -> str | None:
    """Return the version of a program that npm installed, without the second that starting it takes; else None."""
    try:
        real = program.resolve(strict=True)
        if real.stat().st_size < REAL_BYTES:
            return None
        package = json.loads((real.parent.parent / "package.json").read_bytes())
        named, version = package["name"], str(package["version"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return version if named == PACKAGE and _VERSION.fullmatch(version) else None


def judge(version: str) -> Detection:
    """Tell whether the bridge is made for a version."""
    major, minor, _ = (int(number) for number in version.split("."))
    if major >= 2:
        message = f"OpenCode {version} loads another kind of plugin; Pilot knows 1.18 (tried with {TESTED})."
        return Detection(installed=True, version=version, supported=False, message=message)
    if (major, minor) < (1, 18):
        message = f"OpenCode {version} is older than Pilot knows; update it to {TESTED} or later."
        return Detection(installed=True, version=version, supported=False, message=message)
    newer = "" if (major, minor) == (1, 18) else f"Pilot was tried with OpenCode {TESTED}; {version} should work."
    return Detection(installed=True, version=version, supported=True, message=newer)
