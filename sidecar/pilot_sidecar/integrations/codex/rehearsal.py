"""A rehearsal: Codex edits a copy of its configuration, so that a person sees what it would do to the real one."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pilot_sidecar.infra.files import private_dir, write_atomic
from pilot_sidecar.integrations.codex.config_file import NAME, clear
from pilot_sidecar.integrations.codex.home import CodexHome
from pilot_sidecar.integrations.codex.program import CodexFailedError

_DATABASES = "CODEX_SQLITE_HOME"
"""Where Codex keeps its state, if not in its home."""

_PREFIX, _STALE_S = "pilot-codex-", 600


@contextmanager
def rehearse(home: CodexHome, marketplace: Path, files: Mapping[str, bytes]) -> Iterator["Rehearsal"]:
    """Set up a home of Codex's that goes again, with this one's configuration."""
    _forget_killed()
    root = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    try:
        yield Rehearsal(root, home, marketplace, files)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _forget_killed() -> None:
    """Remove what rehearsals that were killed left: a copy of the user's configuration is in it."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.lstat().st_mtime > _STALE_S:
                shutil.rmtree(left)  # links are refused, and what is somebody else's


class Rehearsal:
    """A copy to edit. Our folder has the same name in it, below a folder whose name is taken away again."""

    def __init__(self, root: Path, real: CodexHome, marketplace: Path, files: Mapping[str, bytes]) -> None:
        self._stage = root / "stage"
        self._real_home = real.path
        self._marketplace = self._stage / marketplace.relative_to(marketplace.anchor)
        self._files = files
        path = private_dir(root / "home")
        self._config = path / NAME
        self._home = CodexHome(path, real.program, {**real.environ, _DATABASES: str(path)})
        raw = real.config().raw
        if raw is not None:
            write_atomic(self._config, raw.replace(str(marketplace).encode(), str(self._marketplace).encode()))

    def clear(self, keys: list[str]) -> bytes:
        """Return the configuration once Codex has removed keys; raises CodexFailedError."""
        with self._in_real_names():
            clear(self._home.program, self._home.environ, keys)
        return self._result()

    def plug(self) -> bytes:
        """Return the configuration once Codex has added the plugin; raises CodexFailedError."""
        for name, data in self._files.items():
            path = self._marketplace / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        with self._in_real_names():
            self._home.plug(self._marketplace)
        return self._result()

    @contextmanager
    def _in_real_names(self) -> Iterator[None]:
        """Have failures speak of the real folders."""
        try:
            yield
        except CodexFailedError as error:
            told = error.message.replace(str(self._stage), "").replace(str(self._home.path), str(self._real_home))
            raise CodexFailedError(told, error.hint) from error

    def _result(self) -> bytes:
        return self._config.read_bytes().replace(str(self._stage).encode(), b"")
