"""The changelog with what is not released yet on top: ``python scripts/changelog.py [FILE]``."""

import subprocess
import sys
from pathlib import Path

from pilot_sidecar import __version__

ROOT = Path(__file__).resolve().parent.parent
MARK = "<!-- releases, newest first -->\n"
NOT_YET = "not released yet"


def whole() -> str:
    """Return all releases, newest first, below what comes next."""
    released = (ROOT / "CHANGELOG.md").read_text("utf-8")
    before, mark, after = released.partition(MARK)
    if not mark:
        raise SystemExit(f"CHANGELOG.md has lost the line {MARK.strip()}: put it back above the newest release.")
    return f"{before}{pending(released)}{after}"


def pending(released: str) -> str:
    """Return what the fragments in ``changes/`` come to; nothing without any."""
    if not fragments():
        return ""
    version = "Next" if f"\n## {__version__} (" in released else __version__
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", version, "--date", NOT_YET]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() + "\n"


def fragments() -> list[Path]:
    """Return the changes that wait for a release."""
    return sorted(path for path in (ROOT / "changes").glob("*.md") if path.name != "README.md")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(whole(), "utf-8")
    else:
        print(whole(), end="")
