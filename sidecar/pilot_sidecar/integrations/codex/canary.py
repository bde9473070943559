"""A turn of the real Codex outside its daemon, where Pilot's hooks are how it asks; with no account.

It runs as ``codex app-server``, as editors have it, with a thread that Codex does not keep. What the hooks do not
catch comes to us, and shows that they did not work: it is never answered.
"""

import asyncio
import re
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.infra.offspring import Offspring, first_line, launch
from pilot_sidecar.infra.scripted_model import ScriptedModel, past_proxies, serve_model
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.integrations.codex.canary_model import ResponsesScript
from pilot_sidecar.integrations.codex.greeting import greet
from pilot_sidecar.integrations.codex.plugin import PLUGIN_ID
from pilot_sidecar.integrations.codex.program import codex_home
from pilot_sidecar.integrations.codex.rpc import AppServer, GarbageError, Json, RefusedError, Said
from pilot_sidecar.integrations.codex.stdio import ChildCarrier
from pilot_sidecar.integrations.ports import Errand, InstallOptions

BY_HAND = "Run `codex` in a terminal; it says what is wrong."
AGAIN = "Run `pilot init codex`, then try again."
ANEW = "Run `pilot stop`, then `pilot up`; if that does not help, `pilot init codex`."
TRUST = "Start `codex` in a terminal and choose “Trust all” where it says “Hooks need review”."
FAREWELL_S = 3.0
"""Codex tells its hooks of the end."""
_KEY = "CODEX_CANARY_KEY"
_TRUSTED = ("trusted", "managed")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
"""A name that Codex takes on its command line."""


class CodexTurn:
    """The one turn of a thread."""

    def __init__(self, script: ResponsesScript) -> None:
        self._script = script
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def hear(self, said: Said) -> None:
        """Take in what Codex says; a request to us means that no hook has answered it."""
        if self._over.done():
            return
        if said.method == "turn/completed":
            self._take_end(said.params.get("turn"))
        elif said.id is not None:
            message = "asked in its own dialog: Pilot's hook did not answer in its place"
            self._over.set_exception(AgentUnavailableError(message, ANEW))

    def stopped(self, why: str) -> None:
        """Note that Codex has ended."""
        if not self._over.done():
            self._over.set_exception(AgentUnavailableError(f"ended in the middle of its turn: {why}", BY_HAND))
            self._over.exception()  # perhaps nobody waits for it any more

    async def finished(self) -> bool:
        """Return, once the turn is over, whether the errand ran."""
        await self._over
        return self._script.ran

    def _take_end(self, turn: object) -> None:
        error = turn.get("error") if isinstance(turn, dict) else None
        if isinstance(error, dict) and not self._script.asked:
            words = first_line(str(error.get("message")))
            self._over.set_exception(AgentUnavailableError(f"its turn failed: {words}", BY_HAND))
        elif not self._script.asked:
            message = "offered its model no shell that Pilot knows"
            self._over.set_exception(
                AgentUnavailableError(message, "Is its shell switched off in config.toml? Else update Pilot.")
            )
        else:
            self._over.set_result(None)


@asynccontextmanager
async def start_canary(
    options: InstallOptions, program: str, scratch: Path, errand: Errand
) -> AsyncIterator[CodexTurn]:
    """Start Codex with a turn in the scratch folder; raises AgentUnavailableError with where it stopped."""
    script = ResponsesScript(errand)
    turn = CodexTurn(script)
    async with serve_model(script) as model, _connected(options, program, scratch, model, turn):
        yield turn


@asynccontextmanager
async def _connected(
    options: InstallOptions, program: str, scratch: Path, model: ScriptedModel, turn: CodexTurn
) -> AsyncIterator[None]:
    """Return once Codex works on its turn; on leaving its input ends first, so that its hooks hear of the end."""
    command = [program, "app-server", *_settings(options.environ, model)]
    try:
        offspring = await launch(command, _environment(options.environ, scratch, model), scratch)
    except OSError as error:
        raise AgentUnavailableError(f"did not start: {error.strerror or error}", BY_HAND) from error
    async with offspring, Tasks("codex-canary") as tasks:
        server = AppServer(ChildCarrier(offspring.process), turn.hear)
        tasks.spawn("listen", _listen(server, turn, offspring))
        try:
            await _start(server, scratch, offspring)
            yield
        finally:
            await offspring.ends_within(FAREWELL_S)


async def _listen(server: AppServer, turn: CodexTurn, offspring: Offspring) -> None:
    try:
        await server.listen()
    except GarbageError as error:
        turn.stopped(str(error))
    else:
        turn.stopped(offspring.last_words() or "no word of why")


async def _start(server: AppServer, scratch: Path, offspring: Offspring) -> None:
    try:
        await greet(server)
        await _check_hooks(server, scratch)
        await _begin(server, scratch)
    except (AgentUnavailableError, RefusedError) as error:
        raise _told(error, offspring.last_words() if server.closed else "") from error


def _environment(environ: Mapping[str, str], scratch: Path, model: ScriptedModel) -> dict[str, str]:
    """Return the user's own, with a place for databases beside the scratch folder."""
    return {**environ, **past_proxies(environ), _KEY: model.key, "CODEX_SQLITE_HOME": str(scratch.parent / "codex")}


def _settings(environ: Mapping[str, str], model: ScriptedModel) -> list[str]:
    """Return what counts for this process only, over the user's own configuration."""
    provider = f'{{name = "Pilot\'s canary", base_url = "{model.url}", wire_api = "responses", env_key = "{_KEY}"}}'
    settings = (
        f"model_providers.pilot_canary={provider}",
        'model_provider="pilot_canary"',
        'model="pilot-canary"',  # what Codex gives to models it does not know stays the same
        "features.code_mode_only=false",
        'approvals_reviewer="user"',
        "notify=[]",
        "check_for_update_on_startup=false",
        "analytics.enabled=false",
        *(f"mcp_servers.{server}.enabled=false" for server in _mcp_servers(environ)),
    )
    return [word for setting in settings for word in ("-c", setting)]


def _mcp_servers(environ: Mapping[str, str]) -> list[str]:
    """Return the servers that the user's Codex would start: they take long, and go where they want."""
    try:
        servers = tomllib.loads((codex_home(environ) / "config.toml").read_text("utf-8")).get("mcp_servers")
    except (OSError, ValueError):
        return []  # Codex says what is wrong with it
    return [name for name in servers if _PLAIN.fullmatch(name)] if isinstance(servers, dict) else []


async def _check_hooks(server: AppServer, scratch: Path) -> None:
    """Raise AgentUnavailableError where Codex would not run the hook that asks."""
    answer = await server.call("hooks/list", {"cwds": [str(scratch)]})
    if errors := _entries(answer, "errors"):
        message = f"cannot read its configuration: {first_line(str(errors[0].get('message')))}"
        raise AgentUnavailableError(message, "Mend that file: Codex goes on with its defaults meanwhile.")
    hook = next((one for one in _entries(answer, "hooks") if _is_ours(one)), None)
    if hook is None:
        raise AgentUnavailableError("has not got Pilot's hooks, or hooks are switched off in its config.toml", AGAIN)
    if hook.get("trustStatus") not in _TRUSTED:
        raise AgentUnavailableError("does not run Pilot's hooks: you have not said that you trust them.", TRUST)
    if hook.get("enabled") is False:
        raise AgentUnavailableError("does not run Pilot's hooks: they are switched off", "See /hooks in `codex`.")


async def _begin(server: AppServer, scratch: Path) -> None:
    """Send the prompt, in a thread that is kept nowhere and may write nothing by itself."""
    thread = {"cwd": str(scratch), "approvalPolicy": "on-request", "sandbox": "read-only", "ephemeral": True}
    started = (await server.call("thread/start", thread)).get("thread")
    thread_id = started.get("id") if isinstance(started, dict) else None
    text = {"type": "text", "text": "This is Pilot's canary: ask once, to run something harmless."}
    await server.call("turn/start", {"threadId": thread_id, "input": [text]})


def _entries(answer: Json, name: str) -> list[Json]:
    """Return what is listed under a name, for all folders."""
    data = answer.get("data")
    places = [one.get(name) for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    return [entry for entries in places if isinstance(entries, list) for entry in entries if isinstance(entry, dict)]


def _is_ours(hook: Json) -> bool:
    return hook.get("pluginId") == PLUGIN_ID and hook.get("eventName") == "permissionRequest"


def _told(error: AgentUnavailableError | RefusedError, last: str) -> AgentUnavailableError:
    """Return where it stopped, in Codex's words where it has ended."""
    if last:
        return AgentUnavailableError(f"did not start: {last}", BY_HAND)
    if isinstance(error, RefusedError):
        return AgentUnavailableError(f"refused to work: {first_line(error.message)}", BY_HAND)
    return error
