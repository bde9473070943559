"""One ``CODEX_HOME``: putting the plugin in and taking it out, with nothing of it left behind."""

import contextlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from pilot_sidecar.infra.files import write_atomic
from pilot_sidecar.integrations.codex.config_file import Config, clear, same_but_for_form, says_the_same
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
        before, folders = self.config(), self.missing_folders()
        check_owner(before, marketplace)
        try:
            if before.source not in (None, str(marketplace)):
                self.unplug()
            self._codex("marketplace", "add", str(marketplace))
            self._codex("add", PLUGIN_ID)
        except CodexFailedError:
            with contextlib.suppress(CodexFailedError):
                self.unplug()
                self.restore(before.raw)
            sweep(self.path, folders)
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
        return self._put_back(original, same_but_for_form)

    def restore_untouched(self, original: bytes | None) -> bool:
        """Do the same where only Codex and Pilot wrote it since: it may have got quite another form."""
        return self._put_back(original, says_the_same)

    def _put_back(self, original: bytes | None, same: Callable[[bytes, bytes, Path], bool]) -> bool:
        config = self.config()
        if config.raw is None or not same(config.raw, original or b"", config.path):
            return config.raw == original
        return put_back(config.path, original, config.raw)

    def forget_baselines(self, fingerprints: set[str]) -> None:
        """Remove Codex's notes of what our plugin was."""
        folder = self.path / _BASELINES
        for note in folder.glob("*") if folder.exists() else ():
            if note.is_file() and note.read_text("utf-8", "replace").strip() in fingerprints:
                note.unlink()
        with contextlib.suppress(OSError):
            folder.rmdir()

    def _codex(self, *arguments: str) -> None:
        run_codex(self.program, ["plugin", *arguments, "--json"], self.environ)


def check_there(home: Path, environ: Mapping[str, str]) -> None:
    """Raise CodexFailedError where the user names a home that is none: Codex would not start with it."""
    if environ.get("CODEX_HOME") and not home.is_dir():
        raise CodexFailedError(f"CODEX_HOME is {home}, and there is no such folder.", "Make it, or unset CODEX_HOME.")


def check_owner(config: Config, marketplace: Path) -> None:
    """Raise CodexFailedError where the plugin is another Pilot's that is there, or comes from elsewhere."""
    if config.source in (None, str(marketplace)):
        return
    if config.is_foreign:
        raise CodexFailedError(
            f"{config.path} has a marketplace of the same name, “{MARKETPLACE}”, from {config.source}.",
            f"Run `codex plugin marketplace remove {MARKETPLACE}` first, if you do not need it.",
        )
    if Path(config.source).exists():
        raise CodexFailedError(
            f"{config.path} has the hooks of another Pilot, from {config.source}.",
            "Run `pilot uninstall codex` with the PILOT_HOME of that one first.",
        )


def sweep(home: Path, folders: list[str]) -> None:
    """Remove what Codex leaves of a plugin, and the folders that were made for it, where they are empty."""
    shutil.rmtree(home / _CACHE / PLUGIN, ignore_errors=True)
    for folder in [*reversed(folders), str(home / _CACHE)]:
        with contextlib.suppress(OSError):
            Path(folder).rmdir()


def put_back(path: Path, original: bytes | None, present: bytes) -> bool:
    """Make a file what it was (None: there was none), unless somebody writes it at this moment; tell whether it is."""
    if path.read_bytes() != present:
        return False
    if original is None:
        path.resolve().unlink()  # a link of the user's stays
    elif present != original:
        write_atomic(path, original, path.stat().st_mode & 0o777)
    return True


def tree(folder: Path) -> dict[str, bytes]:
    """Return a folder's files by their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
