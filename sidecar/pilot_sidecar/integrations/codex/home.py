"""One ``CODEX_HOME``: putting the plugin in and taking it out, with nothing of it left behind."""

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.infra.files import write_atomic
from pilot_sidecar.integrations.codex.config_file import Config, clear, same_but_for_form
from pilot_sidecar.integrations.codex.plugin import FOLDER, MARKETPLACE, PLUGIN, PLUGIN_ID, VERSION
from pilot_sidecar.integrations.codex.program import CodexFailedError, run_codex

_CACHE = f"plugins/cache/{MARKETPLACE}"
_MADE = ("", "plugins", "plugins/cache", _CACHE, ".tmp", ".tmp/marketplaces")
"""Folders that adding a plugin makes, outermost first; Codex leaves them when it is removed."""
_BASELINES = ".hook-trust"
"""Where Codex notes what the files of a trusted plugin were."""


class CodexHome:
    """What Pilot does in one home of Codex's."""

    def __init__(self, path: Path, program: str, environ: Mapping[str, str]) -> None:
        self.path = path
        self.program = program
        self.environ = {**environ, "CODEX_HOME": str(path)} if path.exists() else dict(environ)

    def config(self) -> Config:
        """Read the configuration; raises CodexFailedError when it is broken."""
        return Config(self.path)

    def has(self, marketplace: Path, files: Mapping[str, bytes]) -> bool:
        """Tell whether the plugin is here, with these very files."""
        config = self.config()
        ours = {name.removeprefix(f"{FOLDER}/"): data for name, data in files.items() if name.startswith(FOLDER)}
        cached = tree(self.path / _CACHE / PLUGIN / VERSION)
        return config.source == str(marketplace) and config.has_plugin and cached == ours

    def missing_folders(self) -> list[str]:
        """Return the folders that adding the plugin will make."""
        return [str(self.path / name) for name in _MADE if not (self.path / name).exists()]

    def plug(self, marketplace: Path) -> None:
        """Add the plugin; raises CodexFailedError, and leaves nothing half done then."""
        before = self.config()
        if before.source not in (None, str(marketplace)):
            self._make_way(before)
        try:
            self._codex("marketplace", "add", str(marketplace))
            self._codex("add", PLUGIN_ID)
        except CodexFailedError:
            with contextlib.suppress(CodexFailedError):
                self.unplug()
                self.restore(before.raw)
            raise

    def unplug(self) -> None:
        """Remove the plugin and where it came from; raises CodexFailedError."""
        config = self.config()
        if config.has_plugin:
            self._codex("remove", PLUGIN_ID)
        if config.source is not None:
            self._codex("marketplace", "remove", MARKETPLACE)

    def distrust(self, before: bytes) -> None:
        """Remove the user's trust in our hooks; raises CodexFailedError."""
        config = self.config()
        if keys := config.trust_keys(before):
            self.forget_baselines(config.fingerprints)
            clear(self.program, self.environ, keys)

    def restore(self, original: bytes | None) -> bool:
        """Put back the bytes of before where Codex left the same in another form; tell whether all is as it was."""
        config = self.config()
        if config.raw is None or not same_but_for_form(config.raw, original or b"", config.path):
            return config.raw == original
        put_back(config.path, original)
        return True

    def forget_baselines(self, fingerprints: set[str]) -> None:
        """Remove Codex's notes of what our plugin was."""
        folder = self.path / _BASELINES
        for note in folder.glob("*") if folder.exists() else ():
            if note.is_file() and note.read_text("utf-8", "replace").strip() in fingerprints:
                note.unlink()
        with contextlib.suppress(OSError):
            folder.rmdir()

    def _make_way(self, config: Config) -> None:
        """Remove a plugin whose Pilot is gone; raises CodexFailedError where it is another one's."""
        if config.source is not None and Path(config.source).exists():
            raise CodexFailedError(
                f"{config.path} has the hooks of another Pilot, from {config.source}.",
                "Run `pilot uninstall codex` with the PILOT_HOME of that one first.",
            )
        self.unplug()

    def _codex(self, *arguments: str) -> None:
        run_codex(self.program, ["plugin", *arguments, "--json"], self.environ)


def sweep(home: Path, folders: list[str]) -> None:
    """Remove what Codex leaves of a plugin, and the folders that were made for it, where they are empty."""
    shutil.rmtree(home / _CACHE / PLUGIN, ignore_errors=True)
    for folder in [*reversed(folders), str(home / _CACHE)]:
        with contextlib.suppress(OSError):
            Path(folder).rmdir()


def put_back(path: Path, original: bytes | None) -> None:
    """Make a file what it was; None where there was none."""
    if original is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != original:
        write_atomic(path, original, path.stat().st_mode & 0o777)


def tree(folder: Path) -> dict[str, bytes]:
    """Return a folder's files by their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
