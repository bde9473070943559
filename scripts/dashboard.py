"""Put the dashboard where the VS Code extension finds it: ``python scripts/dashboard.py [FOLDER]``.

The same joined files as the hub serves, so that a webview opens with five requests instead of eighty.
"""

import shutil
import sys
from pathlib import Path

from pilot_sidecar.transport.http.joined import join_in_two, join_sheets

ROOT = Path(__file__).resolve().parent.parent
WEBVIEW = ROOT / "webview"
VENDORED = Path("js") / "vendor"


def write_dashboard(folder: Path) -> None:
    """Write the page's script, styles, what it imports and its icon."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, code in join_in_two(WEBVIEW, "js/main.js", "js/later.js").items():
        (folder / name).write_text(code, "utf-8")
    (folder / "app.css").write_text(join_sheets(WEBVIEW, "css/main.css"), "utf-8")
    shutil.copytree(WEBVIEW / VENDORED, folder / VENDORED, ignore=shutil.ignore_patterns("*.d.ts"))
    shutil.copy(WEBVIEW / "icons" / "icon.svg", folder / "icon.svg")


if __name__ == "__main__":
    write_dashboard(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "extension" / "media" / "dashboard")
