"""Whether Codex is there, and whether Pilot's hooks in it are whole, on, trusted, and know the hub."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from pilot_sidecar.core.checks import Check
from pilot_sidecar.integrations.codex.config_file import Config
from pilot_sidecar.integrations.codex.home import CodexHome, tree
from pilot_sidecar.integrations.codex.plugin import EVENTS, PLUGIN_ID, marketplace_dir, render
from pilot_sidecar.integrations.codex.program import CodexFailedError, codex_home
from pilot_sidecar.integrations.codex.relay import relay_path, relay_text
from pilot_sidecar.integrations.ports import Detection, HubAddress, InstallOptions, Program, version_check

_PROGRAM = Program("codex", "Codex", "hooks", "npm install -g @openai/codex")
_INIT = "Run `pilot init codex`."
_AGAIN = "Run `pilot stop`, then `pilot up`: a hub writes it at its start."
_REVIEW = "Start `codex` and choose “Trust all” where it says “Hooks need review”."


def check(options: InstallOptions, found: Detection) -> list[Check]:
    """Return what is right and wrong with Codex and with what Pilot put into it."""
    try:
        config = Config(codex_home(options.environ))
    except (CodexFailedError, OSError) as error:
        message = error.message if isinstance(error, CodexFailedError) else f"Codex's settings: {error}."
        fix = "Repair that file; `codex` itself does not start with it."
        return [
            version_check(_PROGRAM, found, connected=False),
            Check(id="codex.plugin", status="fail", message=message, fix=fix),
        ]
    installed = config.source is not None or config.has_plugin
    checks = [version_check(_PROGRAM, found, connected=installed)]
    if installed:
        plugin = _plugin(options, config)
        checks += [plugin, *(_hooks(config) if plugin.status == "ok" else [])]
        checks += [*_relay(options.home, options.hub), _curl(options)]
    elif found.installed and found.supported:
        message = "Pilot's hooks are not in Codex: plain terminals are seen, `codex exec` and the like are not."
        checks.append(Check(id="codex.plugin", status="warn", message=message, fix=_INIT))
    return checks


def _plugin(options: InstallOptions, config: Config) -> Check:
    """Return whether Codex has these very hooks, and uses them."""
    folder, files = marketplace_dir(options.home), render(options.home, options.environ)
    if config.source not in (None, str(folder)):
        message = f"Codex has the hooks of another Pilot, from {config.source}."
        fix = "Run `pilot uninstall codex` with the PILOT_HOME of that one, then `pilot init codex`."
        return Check(id="codex.plugin", status="warn", message=message, fix=fix)
    if config.is_off:
        message = f"Pilot's hooks are switched off in {config.path}."
        fix = (
            f'Set “enabled = true” below [plugins."{PLUGIN_ID}"] there, and take “hooks = false” and “plugins = false” '
            "out of [features]."
        )
        return Check(id="codex.plugin", status="warn", message=message, fix=fix)
    if tree(folder) != files or not CodexHome(config.path.parent, "codex", options.environ).has(folder, files):
        message = "Pilot's hooks in Codex are not whole, or those of another version."
        fix = f"{_INIT} Codex then asks for your trust at its next start."
        return Check(id="codex.plugin", status="fail", message=message, fix=fix)
    return Check(id="codex.plugin", status="ok", message="Codex has Pilot's hooks.")


def _hooks(config: Config) -> Iterator[Check]:
    """Yield whether the user trusts them: Codex skips those that are not trusted, and says nothing of it."""
    trusted = config.trusted_events
    missing = [event for event in EVENTS if event not in trusted]
    if not missing:
        yield Check(id="codex.hooks", status="ok", message="The hooks are trusted: Codex runs them.")
        return
    told = "them" if len(missing) == len(EVENTS) else f"{len(missing)} of {len(EVENTS)}, {', '.join(missing)}"
    message = f"Codex does not run Pilot's hooks: you have not trusted {told} yet."
    yield Check(id="codex.hooks", status="fail", message=message, fix=_REVIEW)


def _relay(home: Path, hub: HubAddress | None) -> Iterator[Check]:
    """Yield whether the hooks find the running hub; it tells them at its start."""
    if hub is None:
        return
    path = relay_path(home)
    try:
        told = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        message = f"{path} is missing: the hooks do not know where the hub is."
        yield Check(id="codex.relay", status="fail", message=message, fix=_AGAIN)
        return
    if told == relay_text(hub.url, hub.hook_token):
        yield Check(id="codex.relay", status="ok", message="The hooks know where the hub is.")
        return
    message = f"{path} names another hub than the one that runs now."
    yield Check(id="codex.relay", status="fail", message=message, fix=_AGAIN)


def _curl(options: InstallOptions) -> Check:
    if shutil.which("curl", path=options.environ.get("PATH")) is None:
        message = "curl was not found on this PATH: Codex's hooks reach the hub with it."
        fix = "Install curl with your system's packages (`sudo apt install curl`, `brew install curl`)."
        return Check(id="codex.curl", status="fail", message=message, fix=fix)
    return Check(id="codex.curl", status="ok", message="curl is there for the hooks.")
