"""Why a plugin makes OpenCode slow to start, and the guard against it.

With any plugin present, OpenCode waits at its start for ``npm install @opencode-ai/plugin`` in its configuration
folder: nine seconds the first time, over a minute at each start where the registry cannot be reached. Ours needs no
package. So where nobody keeps packages in that folder, three small files tell OpenCode that the package is there
already; ``npm install`` in the folder makes it true for a plugin that does need it.
"""

import json
from pathlib import Path

from pilot_sidecar.integrations.opencode.planned import UnfitError, read

PACKAGE = "@opencode-ai/plugin"
_MANAGED = ("node_modules", "package.json", "package-lock.json", "bun.lock", "bun.lockb", "pnpm-lock.yaml", "yarn.lock")


def guard_files(config: Path, version: str | None, ours: set[Path]) -> dict[Path, bytes]:
    """Return the files to write into a folder that OpenCode reads, beside an empty ``node_modules``.

    None where somebody keeps packages or plugins of their own in it.
    """
    mine = {config / "package.json", config / "package-lock.json"}
    kept = [config / name for name in _MANAGED if (config / name).exists() and (config / name) not in ours]
    if kept and not mine <= ours:
        return {}
    if any(path not in ours for folder in ("plugin", "plugins") for path in (config / folder).glob("*.[jt]s")):
        return {}
    return _rendered(config, version or "*")


def left_guards(config: Path) -> list[Path]:
    """Return such files where they are still, byte for byte, though nobody knows any more who wrote them."""
    try:
        package = json.loads(read(config / "package.json") or b"{}")
        guard = _rendered(config, str(package["dependencies"][PACKAGE]))
        ours = all(read(path) == data for path, data in guard.items())
    except (UnfitError, ValueError, LookupError, TypeError, RecursionError):
        return []
    return list(guard) if ours else []


def _rendered(config: Path, version: str) -> dict[Path, bytes]:
    dependencies = {PACKAGE: version}
    package = {"dependencies": dependencies}
    root = {"": {"dependencies": dependencies}}
    lock = {"name": "opencode", "lockfileVersion": 3, "requires": True, "packages": root}
    return {
        config / "package.json": json.dumps(package, indent=2).encode() + b"\n",
        config / "package-lock.json": json.dumps(lock, indent=2).encode() + b"\n",
    }
