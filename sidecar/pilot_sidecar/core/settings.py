"""Settings: shell environment, then config.json, then $PILOT_HOME/.env, then defaults; each knows its source."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, TypeAdapter, ValidationError
from pydantic_core import from_json

from pilot_sidecar.core.errors import BadRequestError, ConflictError
from pilot_sidecar.core.settings_model import WITH_SECRET, Group, Kind, is_secret, presentation, shown
from pilot_sidecar.core.settings_model import Settings as Settings
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.dotenv import parse_dotenv
from pilot_sidecar.infra.files import set_aside, write_atomic

logger = logging.getLogger(__name__)

Source = Literal["shell", "saved", "env_file", "default"]
MASK = "••••••"


NEEDS_RESTART = frozenset(name for name in Settings.model_fields if shown(name).restart)


class SettingInfo(Wire):
    """One setting as the UI shows it; secrets are masked."""

    name: str
    env: str
    title: str = ""
    group: Group = "advanced"
    kind: Kind = "text"
    choices: list[str] = Field(default_factory=list)
    unit: str | None = None
    hint: str | None = None
    """Where to get a value, or an example."""
    link: str | None = None
    """A page that helps, where there is one."""
    value: str | int | float | bool
    default: str | int | float | bool
    source: Source
    locked: bool
    """Set in the shell's environment, which wins over what is saved."""
    needs_restart: bool
    secret: bool
    description: str


class SettingsView(Wire):
    """All settings, and what was wrong with some."""

    settings: list[SettingInfo]
    problems: list[str]


@dataclass(frozen=True, slots=True)
class _Value:
    value: object
    source: Source


class SettingsStore:
    """Reads, merges and saves settings; one bad value falls back alone."""

    def __init__(self, home: Path, environ: Mapping[str, str], stamp: int) -> None:
        self._path = home / "config.json"
        self.problems: list[str] = []
        self._shell = {
            name: text for name in Settings.model_fields if (text := environ.get(env_name(name))) is not None
        }
        self._saved = self._read_saved(stamp)
        self._env_file = self._read_env_file(home / ".env")
        self._listeners: list[Callable[[], None]] = []
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
        return SettingsView(settings=[self._info(name) for name in Settings.model_fields], problems=list(self.problems))

    def update(self, changes: Mapping[str, object]) -> None:
        """Check and save changes at once; null forgets a saved value, what is in force already changes nothing."""
        wanted = dict(self._saved)
        for key, value in changes.items():
            name = setting_name(key)
            if value is not None and (checked := self.checked(name, value)) is None:
                continue
            if name in self._shell:
                raise _locked(name)
            if value is None:
                wanted.pop(name, None)
            else:
                wanted[name] = checked
        if wanted == self._saved:
            return
        self._require_secrets(wanted, {setting_name(key): value for key, value in changes.items()})
        write_atomic(self._path, json.dumps(wanted, indent=2, ensure_ascii=False).encode() + b"\n")
        self._saved = wanted
        self._merge()
        for listener in self._listeners:
            listener()

    def _require_secrets(self, wanted: Mapping[str, object], changes: Mapping[str, object]) -> None:
        for name, secret in WITH_SECRET.items():
            moved = wanted.get(name) not in (None, self._saved.get(name))
            if moved and _plain(self._values[secret].value) and changes.get(secret) in (None, MASK):
                raise BadRequestError(
                    f"{env_name(name)} decides who gets {env_name(secret)}.", "Give that again, in the same change."
                )

    def checked(self, key: str, value: object) -> object:
        """Return a value as it would be saved, None for what is in force already; raises what is wrong with it."""
        name = setting_name(key)
        if value == MASK and is_secret(name):
            return None
        checked = _plain(_check(name, value))
        kept = self._values[name]
        if checked == _plain(kept.value) and (kept.source == "saved" or name not in self._saved):
            return None
        if name in self._shell:
            raise _locked(name)
        return checked

    def _merge(self) -> None:
        self._values: dict[str, _Value] = {}
        layers: list[tuple[Source, Mapping[str, object]]] = [
            ("shell", self._shell), ("saved", self._saved), ("env_file", self._env_file),
        ]  # fmt: skip
        for name, field in Settings.model_fields.items():
            self._values[name] = _Value(field.default, "default")
            for source, layer in layers:
                if name not in layer:
                    continue
                try:
                    self._values[name] = _Value(_check(name, layer[name]), source)
                except BadRequestError as error:
                    self._complain(f"{error.message} ({source}); the next source is used instead.")
                else:
                    break
        self._current = Settings.model_validate({name: kept.value for name, kept in self._values.items()})

    def _info(self, name: str) -> SettingInfo:
        kept, field = self._values[name], Settings.model_fields[name]
        facts = {
            "name": name,
            "env": env_name(name),
            "value": _masked(kept.value),
            "default": _masked(field.default),
            "source": kept.source,
            "locked": name in self._shell,
            "needs_restart": name in NEEDS_RESTART,
            "secret": is_secret(name),
            "description": field.description or "",
        }
        return SettingInfo.model_validate({**presentation(name), **facts})

    def _read_saved(self, stamp: int) -> dict[str, object]:
        if not self._path.exists():
            return {}
        try:
            data = from_json(self._path.read_bytes())
            if not isinstance(data, dict):
                raise ValueError("it is not a JSON object")
        except ValueError as error:
            aside = set_aside(self._path, stamp)
            self._complain(f"config.json could not be read ({error}); it is kept as {aside.name}, defaults are used.")
            return {}
        return {setting_name(key, strict=False): value for key, value in data.items()}

    def _read_env_file(self, path: Path) -> dict[str, object]:
        if not path.exists():
            return {}
        try:
            found = parse_dotenv(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            self._complain(f".env could not be read ({error}).")
            return {}
        return {name: found[env_name(name)] for name in Settings.model_fields if env_name(name) in found}

    def _complain(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)
            logger.warning("%s", problem)


def env_name(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"PILOT_{name.upper()}"


def setting_name(key: str, *, strict: bool = True) -> str:
    """Return the name of a setting that may be called by its name on the wire or in the environment."""
    for name, field in Settings.model_fields.items():
        if key in (name, field.alias, env_name(name)):
            return name
    if strict:
        raise BadRequestError(f"There is no setting “{key[:60]}”.")
    return key


def _locked(name: str) -> ConflictError:
    return ConflictError(f"{env_name(name)} is set in the hub's environment, which wins.", "Unset it there.")


def _check(name: str, value: object) -> object:
    field = Settings.model_fields[name]
    adapter: TypeAdapter[object] = TypeAdapter(field.rebuild_annotation())
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        wanted = f"{field.description} {shown(name).hint or ''}".strip()
        words = f"That does not fit. {wanted}" if "pattern" in first["type"] else first["msg"]
        raise BadRequestError(f"{env_name(name)}: {words}") from None


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _masked(value: object) -> str | int | float | bool:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    return value if isinstance(value, str | int | float | bool) else str(value)
