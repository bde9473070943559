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
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.dotenv import parse_dotenv
from pilot_sidecar.infra.files import set_aside, write_atomic

logger = logging.getLogger(__name__)

Source = Literal["shell", "saved", "env_file", "default"]
MASK = "••••••"


class Settings(Wire):
    """Every setting with its default; the environment name is ``PILOT_`` and the field's name in capitals."""

    port: int = Field(4097, ge=0, le=65535, description="Port of the hub; 0 takes any free one.")
    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 opens it to the network.")
    tunnel: Literal["", "cloudflared", "ngrok"] = Field("", description="Tunnel to start with the hub.")
    permission_timeout: int = Field(300_000, ge=1_000, description="How long Pilot holds a permission, in ms.")
    codex_permission_timeout_ms: int = Field(
        250_000, ge=1_000, description="How long Pilot holds a permission of a Codex hook, in ms."
    )
    on_timeout: Literal["release", "deny"] = Field(
        "release", description="What a held permission becomes when nobody answers."
    )
    hook_token: SecretStr = Field(SecretStr(""), description="Bearer for agents' hooks, good for nothing else.")
    project_state: Literal["auto", "always", "off"] = Field("auto", description="Whether projects get a state file.")
    dev: bool = Field(False, description="Read the dashboard from disk at each request.")
    budget_session_usd: float = Field(
        0.0,
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="Pilot tells when a session has cost this many US dollars; 0: never.",
    )
    budget_day_usd: float = Field(
        0.0,
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="Pilot tells when a day has cost this many US dollars; 0: never.",
    )
    budget_week_usd: float = Field(
        0.0,
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="Pilot tells when a week has cost this many US dollars; 0: never.",
    )
    telegram_token: SecretStr = Field(SecretStr(""), description="Telegram bot token.")
    telegram_chat_id: str = Field("", description="Telegram chat to send to.")
    vapid_public_key: str = Field("", description="Web Push public key; made on demand.")
    vapid_private_key: SecretStr = Field(SecretStr(""), description="Web Push private key; made on demand.")
    enable_glob_opener: bool = Field(False, description="Let the dashboard browse the project's files.")
    fetch_timeout_ms: int = Field(10_000, ge=100, description="Limit for outgoing requests, in ms.")
    keep_alive: Literal["auto", "always", "never"] = Field(
        "auto", description="Whether the hub stays when nobody needs it."
    )
    keep_days: int = Field(90, ge=1, description="Days that history is kept.")
    keep_megabytes: int = Field(2000, ge=10, description="Most that history may take up, in MB.")


NEEDS_RESTART = frozenset({"port", "host"})


class SettingInfo(Wire):
    """One setting as the UI shows it; secrets are masked."""

    name: str
    env: str
    title: str = ""
    group: Literal["network", "asks", "budget", "telegram", "push", "tunnel", "files", "history", "advanced"] = (
        "advanced"
    )
    kind: Literal["text", "number", "boolean", "choice", "secret"] = "text"
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
        """Check and save changed values at once; null forgets the saved one. A mask leaves a secret as it is."""
        wanted = dict(self._saved)
        for key, value in changes.items():
            name = _field_name(key)
            if value == MASK and _is_secret(name):
                continue
            if name in self._shell:
                raise ConflictError(f"{env_name(name)} is set in the hub's environment, which wins.", "Unset it there.")
            if value is None:
                wanted.pop(name, None)
            else:
                wanted[name] = _plain(_check(name, value))
        write_atomic(self._path, json.dumps(wanted, indent=2, ensure_ascii=False).encode() + b"\n")
        self._saved = wanted
        self._merge()
        for listener in self._listeners:
            listener()

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
        return SettingInfo(
            name=name,
            env=env_name(name),
            value=_masked(kept.value),
            default=_masked(field.default),
            source=kept.source,
            locked=name in self._shell,
            needs_restart=name in NEEDS_RESTART,
            secret=_is_secret(name),
            description=field.description or "",
        )

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
        return {_field_name(key, strict=False): value for key, value in data.items()}

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


def _field_name(key: str, *, strict: bool = True) -> str:
    for name, field in Settings.model_fields.items():
        if key in (name, field.alias, env_name(name)):
            return name
    if strict:
        raise BadRequestError(f"There is no setting “{key[:60]}”.")
    return key


def _check(name: str, value: object) -> object:
    field = Settings.model_fields[name]
    adapter: TypeAdapter[object] = TypeAdapter(field.rebuild_annotation())
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise BadRequestError(f"{env_name(name)}: {error.errors()[0]['msg']}") from None


def _is_secret(name: str) -> bool:
    return Settings.model_fields[name].annotation is SecretStr


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _masked(value: object) -> str | int | float | bool:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    return value if isinstance(value, str | int | float | bool) else str(value)
