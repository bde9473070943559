"""Settings as people see them: where each value comes from, secrets masked."""

from pydantic import Field, SecretStr

from pilot_sidecar.core.settings_layers import Source
from pilot_sidecar.core.settings_model import Group, Kind, Settings, env_name, is_secret, presentation, shown
from pilot_sidecar.core.wire import Wire

MASK = "••••••"


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


def setting_info(name: str, value: object, source: Source) -> SettingInfo:
    """Return one setting for people."""
    field = Settings.model_fields[name]
    facts = {
        "name": name,
        "env": env_name(name),
        "value": masked(value),
        "default": masked(field.default),
        "source": source,
        "locked": source == "shell",
        "needs_restart": shown(name).restart,
        "secret": is_secret(name),
        "description": field.description or "",
    }
    return SettingInfo.model_validate({**presentation(name), **facts})


def masked(value: object) -> str | int | float | bool:
    """Return a value as it may be shown."""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    return value if isinstance(value, str | int | float | bool) else str(value)
