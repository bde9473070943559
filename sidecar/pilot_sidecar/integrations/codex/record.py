"""Which homes of Codex's have the plugin, and what their ``config.toml`` was before."""

import base64
from pathlib import Path

from pilot_sidecar import __version__
from pilot_sidecar.core.manifest import Entry, Manifest, load_manifest, save_manifest
from pilot_sidecar.integrations.codex.config_file import Config
from pilot_sidecar.integrations.codex.sessions import AGENT


def installed_homes(pilot_home: Path) -> list[Path]:
    """Return each ``CODEX_HOME`` that was given the plugin, links resolved."""
    return load_record(pilot_home).homes()


def is_without(config: Config) -> bool:
    """Tell whether a configuration has nothing of the plugin."""
    return config.source is None and not config.has_plugin


def load_record(pilot_home: Path) -> "Record":
    """Return what is known; nothing where there is no record that can be read."""
    return Record(pilot_home, load_manifest(pilot_home, AGENT))


class Record:
    """Codex's part of ``installed.json``: an entry for each home's ``config.toml``."""

    def __init__(self, pilot_home: Path, manifest: Manifest) -> None:
        self._pilot_home = pilot_home
        self._manifest = manifest

    def homes(self) -> list[Path]:
        """Return the homes with the plugin."""
        return [Path(entry.path).parent for entry in self._manifest.entries]

    def folders(self, home: Path) -> list[str]:
        """Return the folders in a home that were made for the plugin, outermost first."""
        return [folder for folder in self._manifest.folders if Path(folder).is_relative_to(home)]

    def original(self, config: Path) -> bytes | None:
        """Return what a configuration was; None where there was none, empty where that is not known."""
        entry = self._manifest.entry(config)
        if entry is None:
            return b""
        return None if entry.original is None else base64.b64decode(entry.original)

    def untouched(self, config: Path) -> bool:
        """Tell whether a configuration is as installing left it."""
        entry = self._manifest.entry(config)
        return entry is not None and config.exists() and entry.untouched()

    def adding(self, before: Config, folders: list[str]) -> None:
        """Remember what a configuration is before it gets the plugin, so that no interruption loses it."""
        if is_without(before):
            self._drop(before.path)
            self._manifest.note(before.path, before.raw or b"", before.raw)
            self._manifest.folders.extend(folder for folder in folders if folder not in self._manifest.folders)
            self._save()

    def added(self, before: Config) -> None:
        """Remember what a configuration is now that it has the plugin."""
        after = Config(before.path.parent)
        if is_without(before) and after.raw is not None and after.others == before.others:
            self._manifest.note(before.path, after.raw, before.raw)  # else somebody else wrote it meanwhile
        self.found(before.path)

    def found(self, config: Path) -> None:
        """Remember a home that has the plugin, though what it was before is not known any more."""
        if self._manifest.entry(config) is None:
            self._manifest.entries.append(Entry(path=str(config), sha256="", original=""))
        self._save()

    def removed(self, home: Path, config: Path) -> None:
        """Forget a home."""
        gone = self.folders(home)
        self._manifest.folders = [folder for folder in self._manifest.folders if folder not in gone]
        self._drop(config)
        self._save()

    def _drop(self, config: Path) -> None:
        self._manifest.entries = [entry for entry in self._manifest.entries if entry.path != str(config)]

    def _save(self) -> None:
        self._manifest.version = __version__
        save_manifest(self._pilot_home, AGENT, self._manifest if self._manifest.entries else None)
