"""Calls about settings: seen masked, checked before they are saved, tried out as saved."""

import asyncio
from typing import Any

from pydantic import SecretStr

from pilot_sidecar.core.errors import ConflictError, PilotError
from pilot_sidecar.core.settings import setting_name
from pilot_sidecar.core.settings_view import SettingsView
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra import vapid
from pilot_sidecar.transport.call import ApiContext, Call, Caller, Nothing
from pilot_sidecar.transport.calls.settings_checks import oddity
from pilot_sidecar.transport.calls.settings_trials import SettingsTestResult, TrialGroup, try_out


class SettingsUpdate(Wire):
    """Changed values by setting name; null forgets the saved one."""

    values: dict[str, str | int | float | bool | None]


class SettingValue(Wire):
    """A value to look at before it is saved."""

    name: str
    value: str | int | float | bool


class SettingCheck(Wire):
    """What is wrong with a value; nothing when it fits."""

    problem: str | None = None


class SettingsTest(Wire):
    """Which part of the settings to try out, as saved."""

    group: TrialGroup


class MakeKeys(Wire):
    """Whether to make keys where there are some: devices that subscribed with those have to do so again."""

    replace: bool = False


async def _get(context: ApiContext, _caller: Caller, _params: Nothing) -> SettingsView:
    return context.services.settings.view()


async def _update(context: ApiContext, caller: Caller, params: SettingsUpdate) -> SettingsView:
    context.services.settings.update(params.values)
    context.services.audit.record("settings.changed", caller.actor(), names=",".join(sorted(params.values)))
    return context.services.settings.view()


async def _check(context: ApiContext, _caller: Caller, params: SettingValue) -> SettingCheck:
    settings = context.services.settings
    name = setting_name(params.name)
    try:
        value = settings.checked(name, params.value)
    except PilotError as error:
        return SettingCheck(problem=error.message)
    if value is None:
        return SettingCheck()
    return SettingCheck(problem=await asyncio.to_thread(oddity, name, value, settings.current))


async def _test(context: ApiContext, caller: Caller, params: SettingsTest) -> SettingsTestResult:
    context.services.audit.record("settings.tested", caller.actor(), group=params.group)
    return await try_out(context.services, params.group)


async def _make_keys(context: ApiContext, caller: Caller, params: MakeKeys) -> SettingsView:
    settings = context.services.settings
    current = settings.current
    if not params.replace and (current.vapid_public_key or _known(current.vapid_private_key)):
        raise ConflictError("There are keys already.", "New ones make every subscribed device subscribe again.")
    public, private = await asyncio.to_thread(vapid.make_keys)
    settings.update({"vapid_public_key": public, "vapid_private_key": private})
    context.services.audit.record("settings.keys_made", caller.actor(), replaced=str(params.replace).lower())
    return settings.view()


def _known(secret: SecretStr) -> bool:
    return bool(secret.get_secret_value())


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("settings.get", "GET", "/api/settings", "view", Nothing, SettingsView, _get),
    Call("settings.update", "PATCH", "/api/settings", "admin", SettingsUpdate, SettingsView, _update),
    Call("settings.check", "POST", "/api/settings/check", "admin", SettingValue, SettingCheck, _check),
    Call("settings.test", "POST", "/api/settings/test", "admin", SettingsTest, SettingsTestResult, _test),
    Call("settings.makeKeys", "POST", "/api/settings/keys", "admin", MakeKeys, SettingsView, _make_keys),
)
