"""Codex's ``config.toml``: read here, and changed by Codex itself, which keeps the comments."""

import asyncio
import contextlib
import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.integrations.codex.greeting import greet
from pilot_sidecar.integrations.codex.plugin import MARKETPLACE, PLUGIN_ID
from pilot_sidecar.integrations.codex.program import CodexFailedError
from pilot_sidecar.integrations.codex.rpc import AppServer, GarbageError, Json, RefusedError, Said
from pilot_sidecar.integrations.codex.stdio import start_app_server

NAME = "config.toml"
PEER_KEYS = ("endpoint", "token")
"""What opencode-pilot has its users write below ``[hooks]``; Codex knows no such keys."""
_TRUST = f"{PLUGIN_ID}:"
"""What the keys of trust in our hooks begin with."""
_NO_PLUGINS = ("--disable", "plugins")
"""Else the app-server starts to fetch plugins, and leaves half of them in the user's home."""


class Config:
    """What one home's configuration says."""

    def __init__(self, home: Path) -> None:
        self.path = home / NAME
        self.raw = _read(self.path)
        self._data = _parsed(self.raw or b"", self.path)

    @property
    def source(self) -> str | None:
        """The folder our marketplace is taken from."""
        source = _table(self._data, "marketplaces", MARKETPLACE).get("source")
        return source if isinstance(source, str) else None

    @property
    def others(self) -> Json:
        """Everything but our plugin and where it comes from."""
        data = dict(self._data)
        for table, ours in (("marketplaces", MARKETPLACE), ("plugins", PLUGIN_ID)):
            data[table] = {name: row for name, row in _table(data, table).items() if name != ours}
        return _pruned(data)

    @property
    def is_foreign(self) -> bool:
        """Whether our marketplace is one that the user added from elsewhere, such as a repository."""
        kind = _table(self._data, "marketplaces", MARKETPLACE).get("source_type", "local")
        return self.source is not None and kind != "local"

    @property
    def has_plugin(self) -> bool:
        """Whether Codex lists our plugin."""
        return PLUGIN_ID in _table(self._data, "plugins")

    @property
    def is_off(self) -> bool:
        """Whether the user has switched the plugin, or all hooks, off."""
        features = _table(self._data, "features")
        disabled = _table(self._data, "plugins", PLUGIN_ID).get("enabled") is False
        return disabled or features.get("hooks") is False or features.get("plugins") is False

    @property
    def peer_keys(self) -> list[str]:
        """What to remove so that nothing of opencode-pilot's is left."""
        hooks = _table(self._data, "hooks")
        keys = [key for key in PEER_KEYS if isinstance(hooks.get(key), str)]
        if keys and len(keys) == len(hooks) and self._stands_alone("[hooks]"):
            return ["hooks"]
        return [f"hooks.{key}" for key in keys]

    def trust_keys(self, before: bytes) -> list[str]:
        """Return what to remove so that no trust in our hooks is left, nor a table that came with it."""
        hooks, was = _table(self._data, "hooks"), _parsed(before, self.path)
        state = _table(hooks, "state")
        ours = [key for key in state if key.startswith(_TRUST)]
        if not ours or len(ours) < len(state) or "state" in _table(was, "hooks"):
            return [f'hooks.state."{key}"' for key in ours]
        return ["hooks.state"] if len(hooks) > 1 or "hooks" in was else ["hooks"]

    @property
    def fingerprints(self) -> set[str]:
        """What the plugin's files were when the user came to trust them."""
        state = _table(self._data, "hooks", "state")
        rows = [row for key, row in state.items() if key.startswith(_TRUST) and isinstance(row, dict)]
        return {str(row["trusted_content_hash"]) for row in rows if "trusted_content_hash" in row}

    @property
    def trusted_events(self) -> set[str]:
        """The events whose hook of ours the user trusts, and has not switched off, as Codex's hooks name them."""
        state = _table(self._data, "hooks", "state")
        rows = {key.split(":")[-3]: row for key, row in state.items() if key.startswith(_TRUST) and key.count(":") > 2}
        return {
            "".join(word.capitalize() for word in event.split("_"))
            for event, row in rows.items()
            if isinstance(row, dict) and row.get("trusted_hash") and row.get("enabled") is not False
        }

    def _stands_alone(self, header: str) -> bool:
        """Tell whether no comment is above a header, which would go with it."""
        lines = [line.strip() for line in (self.raw or b"").decode("utf-8-sig").splitlines()]
        return header in lines and not lines[lines.index(header) - 1].startswith("#")


def check_writable(path: Path) -> None:
    """Raise CodexFailedError where the user does not want a configuration changed, or the system does not let it."""
    target = path.resolve()
    if path.is_symlink() and not target.parent.is_dir():
        raise CodexFailedError(
            f"{path} is a link to {target}, whose folder is not there.", "Make it, or the link anew."
        )
    if target.exists() and not target.stat().st_mode & 0o222:
        raise CodexFailedError(
            f"{path} is read-only, so it stays as it is.", "Make it writable (`chmod u+w`), then run this again."
        )
    if target.parent.exists() and not os.access(target.parent, os.W_OK):
        raise CodexFailedError(f"{target.parent} cannot be written to.", "See to that, then run this again.")


def says_the_same(one: bytes, other: bytes, path: Path) -> bool:
    """Tell whether two files mean the same to Codex, tables with nothing in them apart."""
    return _pruned(_parsed(one, path)) == _pruned(_parsed(other, path))


def same_but_for_form(one: bytes, other: bytes, path: Path) -> bool:
    """Tell whether two files say the same, comments included: line ends, empty lines and headers apart."""
    return _parsed(one, path) == _parsed(other, path) and _words(one) == _words(other)


def clear(program: str, environ: Mapping[str, str], keys: Sequence[str]) -> None:
    """Have Codex remove keys from its configuration; raises CodexFailedError."""
    try:
        asyncio.run(_clear(program, environ, keys))
    except (PilotError, RefusedError) as error:
        raise CodexFailedError(f"Codex did not change its {NAME}: {error}.") from error


async def _clear(program: str, environ: Mapping[str, str], keys: Sequence[str]) -> None:
    edits = [{"keyPath": key, "value": None, "mergeStrategy": "replace"} for key in keys]
    async with start_app_server(program, environ, _NO_PLUGINS) as carrier, Tasks("codex-config") as tasks:
        server = AppServer(carrier, _ignore)
        tasks.spawn("listen", _listen(server))
        await greet(server)
        await server.call("config/batchWrite", {"edits": edits})


async def _listen(server: AppServer) -> None:
    with contextlib.suppress(GarbageError):  # whoever waits for an answer is told that none comes
        await server.listen()


async def _ignore(said: Said) -> None:
    """Take no notice: nothing that is said here matters to an edit."""


def _read(path: Path) -> bytes | None:
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise CodexFailedError(f"{path} is no file.", "See to that first.")  # a pipe would be waited for
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CodexFailedError(f"{path} cannot be read: {error.strerror or error}.", "See to that first.") from None


def _parsed(raw: bytes, path: Path) -> Json:
    try:
        return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise CodexFailedError(f"{path} cannot be read: {why}.", "Repair it, then run this again.") from None


def _pruned(data: Json) -> Json:
    inner = {name: _pruned(value) if isinstance(value, dict) else value for name, value in data.items()}
    return {name: value for name, value in inner.items() if value != {}}


def _table(data: Json, *names: str) -> Json:
    for name in names:
        inner = data.get(name)
        data = inner if isinstance(inner, dict) else {}
    return data


def _words(raw: bytes) -> Counter[str]:
    lines: Iterable[str] = (line.strip() for line in raw.decode("utf-8-sig").splitlines())
    return Counter(line for line in lines if line and not line.startswith("["))
