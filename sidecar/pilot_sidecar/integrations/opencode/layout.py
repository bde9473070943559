"""Where OpenCode looks, and what Pilot puts there."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pilot_sidecar import __version__

AGENT = "opencode"
ENTRY = "./pilot/tui.js"
"""How ``tui.json`` names our TUI plugin, relative to itself."""
MARKER = "pilot-bridge"
ENTRY_MODULE = "index.js"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one installation."""

    config: Path
    """OpenCode's own folder."""
    home: Path
    """``$PILOT_HOME``."""
    others: tuple[Path, ...] = ()
    """Further folders that OpenCode reads in each of its processes, where they are there."""

    @property
    def loader(self) -> Path:
        """The auto-discovered plugin: a few lines that import the bridge."""
        return self.config / "plugins" / "pilot.js"

    @property
    def tui(self) -> Path:
        """The TUI plugin; not in ``plugins``, where the server would try to load it."""
        return self.config / "pilot" / "tui.js"

    @property
    def tui_configs(self) -> tuple[Path, Path]:
        """The files that may list TUI plugins; OpenCode reads both and joins their lists."""
        return self.config / "tui.json", self.config / "tui.jsonc"

    @property
    def tui_config(self) -> Path:
        """The file that lists TUI plugins: the one that is there, else ``tui.json``."""
        plain, commented = self.tui_configs
        return commented if commented.exists() and not plain.exists() else plain

    @property
    def bridges(self) -> Path:
        """Where the code itself goes; a new version has a new folder, because OpenCode keeps modules by name."""
        return self.home / "opencode"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the files contain, for one layout."""

    bridge_name: str
    """The folder of this version."""
    bridge: dict[str, bytes]
    """Its modules by name; ``index.js`` last, so that what it imports is there."""
    loader: bytes
    tui: bytes


def layout_of(environ: Mapping[str, str], home: Path) -> Layout:
    """Return where things go for a user with this environment.

    OpenCode's own folder is that of XDG on every system, Windows included (APPDATA is not looked at). What
    ``OPENCODE_CONFIG_DIR`` names comes on top of it, and so does ``~/.opencode``, where its own installer puts it.
    """
    user = user_home(environ)
    base = environ.get("XDG_CONFIG_HOME")
    config = (Path(base) if base else user / ".config").absolute() / "opencode"
    named = environ.get("OPENCODE_CONFIG_DIR")
    others = [user / ".opencode", *([Path(named).absolute()] if named else [])]
    return Layout(config, home, tuple(folder for folder in others if folder != config and folder.is_dir()))


def user_home(environ: Mapping[str, str]) -> Path:
    """Return the user's home as OpenCode sees it."""
    return Path(environ.get("USERPROFILE" if sys.platform == "win32" else "HOME") or Path.home())


def render(layout: Layout) -> Rendered:
    """Return the files with this version and this home written into them."""
    sources = {path.name: path.read_text("utf-8") for path in _assets().joinpath("bridge").iterdir()}
    digest = hashlib.sha256("".join(sources[name] for name in sorted(sources)).encode()).hexdigest()[:12]
    version = f"{__version__}-{digest}"
    folder = f"bridge-{version}"
    values = {
        "__PILOT_MARKER__": f"{MARKER} {version}",
        "__PILOT_VERSION__": version,
        "__PILOT_HOME__": quoted(str(layout.home)),
        "__PILOT_BRIDGE__": (layout.bridges / folder / ENTRY_MODULE).absolute().as_uri(),
    }
    loader, tui = (_filled(_assets().joinpath(name).read_text("utf-8"), values) for name in ("loader.js", "tui.js"))
    names = sorted(sources, key=lambda name: name == ENTRY_MODULE)
    return Rendered(folder, {name: _filled(sources[name], values) for name in names}, loader, tui)


def is_ours(data: bytes) -> bool:
    """Tell whether Pilot wrote a file, whatever its version."""
    return MARKER.encode() in data.split(b"\n", 1)[0]


def _assets() -> Traversable:
    return resources.files(__package__).joinpath("assets")


def _filled(text: str, values: Mapping[str, str]) -> bytes:
    for name, value in values.items():
        text = text.replace(name, value)
    return text.encode()


def quoted(text: str) -> str:
    """Return a text as it stands between quotes in the files."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
