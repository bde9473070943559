"""Settings: shell environment, then config.json, then $PILOT_HOME/.env, then defaults; each knows its source."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from pilot_sidecar.core.errors import BadRequestError, ConflictError
from pilot_sidecar.core.settings_layers import Layer, Source, Stamps, env_layer, saved_layer, shell_layer, stamp_of
from pilot_sidecar.core.settings_model import WITH_SECRET, Settings, env_name, is_secret, shown
from pilot_sidecar.core.settings_view import MASK, SettingsView, masked, setting_info
from pilot_sidecar.core.settings_words import assigned_name, checked
from pilot_sidecar.infra.files import set_aside, write_atomic

logger = logging.getLogger(__name__)

GUARDED = frozenset(name for name in Settings.model_fields if shown(name).guarded)


@dataclass(frozen=True, slots=True)
class _Value:
    value: object
    source: Source
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of an edit by hand, by the settings' names."""

    changed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    """What counts from the next start only."""


class SettingsStore:
    """Reads, merges and saves settings; one bad value falls back alone."""

    def __init__(self, home: Path, environ: Mapping[str, str], stamp: int | None = None) -> None:
        """Read them; a ``config.json`` that cannot be read is set aside under ``stamp``, or with None only told of."""
        self._path, self._env_path = home / "config.json", home / ".env"
        self._listeners: list[Callable[[], None]] = []
        self._held: dict[str, _Value] = {}
        """What stays in force although a file says otherwise by now."""
        self._values: dict[str, _Value] = {}
        self.problems: list[str] = []
        self._shell, self._aside = shell_layer(environ), ""
        self._saved, self._env_file = Layer("saved"), Layer("env_file")
        self._read_files()
        if self._saved.broken and stamp is not None:
            self._set_broken_aside(stamp)
        self._merge()

    @property
    def current(self) -> Settings:
        """Return the settings in force."""
        return self._current

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each change."""
        self._listeners.append(listener)

    def view(self) -> SettingsView:
        """Return everything for people, secrets masked."""
        infos = [setting_info(name, kept.value, kept.source) for name, kept in self._values.items()]
        return SettingsView(settings=infos, problems=list(self.problems))

    def update(self, changes: Mapping[str, object]) -> None:
        """Check and save changes at once; null forgets a saved value, what is in force already changes nothing."""
        self.reread()
        named = {setting_name(key): value for key, value in changes.items()}
        said = self._said(named)
        fits = {name: fit for name, fit in said.items() if fit is not None}
        wanted = {name: kept for name, kept in self._saved.raw.items() if name not in said} | fits
        if wanted == self._saved.raw and not said.keys() & self._held.keys():
            return
        self._require_secrets(wanted, named)
        self._save(wanted)
        for name in said:
            self._held.pop(name, None)
        self._merge()
        self._tell()

    def _said(self, named: Mapping[str, object]) -> dict[str, object]:
        """Return what somebody really changes, as it would be saved; None is to be forgotten."""
        said: dict[str, object] = {}
        for name, value in named.items():
            fit = None if value is None else self.checked(name, value)
            if value is not None and fit is None:
                continue
            if self._is_locked(name):
                raise _locked(name)
            said[name] = fit
        return said

    def checked(self, key: str, value: object) -> object:
        """Return a value as it would be saved, None for what is in force already; raises what is wrong with it."""
        name = setting_name(key)
        if value == MASK and is_secret(name):
            return None
        try:
            fit = _plain(checked(name, value))
        except ValueError as error:
            raise BadRequestError(f"{env_name(name)} {error}.") from None
        kept = self._values[name]
        in_force = fit == _plain(kept.value) and name not in self._held
        if in_force and (kept.source == "saved" or name not in self._saved.raw):
            return None
        if self._is_locked(name):
            raise _locked(name)
        return fit

    def stamps(self) -> Stamps:
        """Return what changes whenever somebody writes one of the files; looks at the disk."""
        return stamp_of(self._path), stamp_of(self._env_path)

    def is_read(self, stamps: Stamps) -> bool:
        """Tell whether the files were like this when they were read, or written, by this store."""
        return stamps == self._stamps

    def reread(self) -> Reread:
        """Take in what was written by hand since, as far as it can be read."""
        if self.is_read(self.stamps()):
            return Reread()
        before, told, held = self._values, self.problems, set(self._held)
        self._read_files()
        self._merge()
        self._hold(before)
        changed = [name for name, kept in self._values.items() if kept.value != before[name].value]
        if changed or self.problems != told:
            self._tell()
        return Reread(tuple(changed), tuple(sorted(set(self._held) - held)))

    def _hold(self, before: Mapping[str, _Value]) -> None:
        """Keep what only a person may change at once."""
        for name in GUARDED:
            if self._values[name].value != before[name].value:
                self._held[name] = before[name]
        self._merge()

    def _require_secrets(self, wanted: Mapping[str, object], changes: Mapping[str, object]) -> None:
        for name, secret in WITH_SECRET.items():
            moved = name in changes and wanted.get(name) not in (None, _plain(self._values[name].value))
            if moved and _plain(self._values[secret].value) and changes.get(secret) in (None, MASK):
                raise BadRequestError(
                    f"{env_name(name)} decides who gets {env_name(secret)}.", "Give that again, in the same change."
                )

    def _is_locked(self, name: str) -> bool:
        return self._values[name].source == "shell"

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _read_files(self) -> None:
        """Read both files; what cannot be read leaves what was read before."""
        self._stamps = self.stamps()
        self._saved = _or_before(saved_layer(self._path), self._saved)
        self._env_file = _or_before(env_layer(self._env_path), self._env_file)

    def _set_broken_aside(self, stamp: int) -> None:
        """Make room for a file that can be read; nothing of the other is lost."""
        aside = set_aside(self._path, stamp)
        kept = aside.name if aside.parent == self._path.parent else aside
        self._aside = f"config.json could not be read ({self._saved.broken}); it is kept as {kept}."
        self._saved = replace(self._saved, broken=None)

    def _save(self, wanted: Mapping[str, object]) -> None:
        if self._saved.broken and self._path.exists():
            self._set_broken_aside((self._stamps[0] or (0,))[0] // 1_000_000)
        write_atomic(self._path, json.dumps(wanted, indent=2, ensure_ascii=False).encode() + b"\n")
        self._saved = saved_layer(self._path)
        self._stamps = (stamp_of(self._path), self._stamps[1])

    def _merge(self) -> None:
        problems = [*self._troubles()]
        self._values = {name: self._value(name, problems) for name in Settings.model_fields}
        for name, held in list(self._held.items()):
            found = self._values[name]
            if found.value == held.value:
                del self._held[name]
                continue
            problems.append(_waits(name, found))
            self._values[name] = held
        self._current = Settings.model_validate({name: kept.value for name, kept in self._values.items()})
        for problem in problems:
            if problem not in self.problems:
                logger.warning("%s", problem)
        self.problems = list(dict.fromkeys(problems))

    def _troubles(self) -> Iterator[str]:
        """Yield what is wrong with the sources themselves."""
        if self._aside:
            yield self._aside
        for layer, path in ((self._saved, self._path), (self._env_file, self._env_path)):
            if layer.broken:
                counts = "what it said before counts" if layer.given else "nothing of it counts"
                yield f"{path.name} could not be read ({layer.broken}); {counts} until it is mended."
        for layer in (self._shell, self._saved, self._env_file):
            yield from layer.problems

    def _value(self, name: str, problems: list[str]) -> _Value:
        """Return the first value that fits, and note those that do not."""
        found, misfits = _Value(Settings.model_fields[name].default, "default"), []
        for layer in (self._shell, self._saved, self._env_file):
            if (given := layer.given.get(name)) is None:
                continue
            try:
                found = _Value(checked(name, given.value), layer.source, given.place)
                break
            except ValueError as error:
                if given.value != "":  # which is how a shell says: nothing
                    misfits.append(f"{env_name(name)} in {given.place} {error}")
        used = "what was there before" if is_secret(name) else masked(found.value)
        problems.extend(f"{misfit}; {_shown(used)} is used instead." for misfit in misfits)
        return found


def setting_name(key: str, *, strict: bool = True) -> str:
    """Return the name of a setting that may be called by its name on the wire or in the environment."""
    found = assigned_name(key)
    if found is None and strict:
        raise BadRequestError(f"There is no setting “{key[:60]}”.")
    return found or key


def _or_before(read: Layer, before: Layer) -> Layer:
    return replace(before, broken=read.broken) if read.broken else read


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value != "" else "nothing"


def _waits(name: str, found: _Value) -> str:
    where = f"in {found.place}" if found.place else "in a file"
    return (
        f"{env_name(name)} was changed by hand {where}: that counts from Pilot's next start. "
        "Change it in the settings to have it at once."
    )


def _locked(name: str) -> ConflictError:
    return ConflictError(f"{env_name(name)} is set in the hub's environment, which wins.", "Unset it there.")


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
