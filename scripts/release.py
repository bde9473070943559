"""Prepare a release: ``make release VERSION=1.2.0`` sets the version everywhere and writes the changelog.

It commits, tags and sends nothing; what is left to do is printed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from changelog import fragments

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "sidecar/pilot_sidecar/__init__.py"
VERSION = re.compile(r"\d+\.\d+\.\d+")
"""What both pip and VS Code take."""
_LINE = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)


def main(words: list[str]) -> int:
    """Do it, or say what stands in the way; return the exit code."""
    version = words[0] if words else ""
    if (problem := why_not(version)) is not None:
        print(f"release: {problem}", file=sys.stderr)
        return 1
    SOURCE.write_text(_LINE.sub(f'__version__ = "{version}"', SOURCE.read_text("utf-8")), "utf-8")
    _run("node", "scripts/release.mjs")
    _run(sys.executable, "-m", "towncrier", "build", "--yes", "--version", version)
    _run(sys.executable, "scripts/codegen.py")
    print(
        f"\nPilot is {version} now. Look at CHANGELOG.md, then:\n\n"
        f"  make test\n  git commit -am 'Pilot {version}' && git tag v{version}\n"
        "  make dist vsix        # dist/*.whl, dist/*.tar.gz, build/agent-pilot.vsix\n"
    )
    return 0


def why_not(version: str) -> str | None:
    """Return what has to be done before this can be released."""
    now = _LINE.search(SOURCE.read_text("utf-8"))
    if now is None:
        return f"{SOURCE.name} names no version."
    if not VERSION.fullmatch(version):
        return f"say which: make release VERSION={_next(now[1])}"
    if _numbers(version) < _numbers(now[1]):
        return f"{version} is older than {now[1]}, which this is."
    if f"\n## {version} (" in (ROOT / "CHANGELOG.md").read_text("utf-8"):
        return f"{version} was released already, as CHANGELOG.md says: make release VERSION={_next(now[1])}"
    if not fragments():
        return "changes/ has nothing to tell people: what is it for?"
    if _git("status", "--porcelain"):
        return "there are changes that are not committed: a release is made of what is."
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _next(version: str) -> str:
    major, minor, _ = _numbers(version)
    return f"{major}.{minor + 1}.0"


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _run(*command: str) -> None:
    paths = os.pathsep.join((str(ROOT / "sidecar"), str(ROOT / "scripts")))
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
