"""Where settings are given: the shell, ``config.json``, ``.env``; each value with the place where a person finds it."""

import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic_core import from_json

from pilot_sidecar.core.settings_model import Settings, env_name
from pilot_sidecar.core.settings_words import assigned_name
from pilot_sidecar.infra.dotenv import parse_dotenv

Source = Literal["shell", "saved", "env_file", "default"]
HOME = "PILOT_HOME"
NO_SETTINGS = {
    HOME: "the folder of Pilot's files, by default `~/.pilot`",
    "PILOT_PUSH_TEST_SERVICE": "a stand-in for push services, for tests",
    "PILOT_AGENT": "the mark of what an agent started, set by Pilot",
    "PILOT_TUNNEL_RUN": "the mark of a tunnel's processes, set by Pilot",
}
"""Variables of Pilot's that are no settings: from the environment only."""
_PREFIX = "PILOT_"
_ALIKE = 0.7
_Stamp = tuple[int, int, int] | None
Stamps = tuple[_Stamp, _Stamp]
"""Of both files."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value as somebody wrote it, and where."""

    value: object
    place: str


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source gives, by the settings' names."""

    source: Source
    given: Mapping[str, Given] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    raw: Mapping[str, object] = field(default_factory=dict)
    """All of ``config.json``, names that this version does not know too."""
    broken: str | None = None
    """Why nothing of it could be read."""


def stamp_of(path: Path) -> _Stamp:
    """Return what changes whenever a file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def shell_layer(environ: Mapping[str, str]) -> Layer:
    """Return what the environment gives; other programs' names are passed over unless they look like a slip."""
    place = "the environment"
    given = {name: Given(environ[env], place) for name in Settings.model_fields if (env := env_name(name)) in environ}
    strange = sorted(set(environ) - {env_name(name) for name in given} - set(NO_SETTINGS))
    slips = [name for name in strange if name.startswith(_PREFIX) and _alike(name)]
    return Layer("shell", given, tuple(_unknown(name, place) for name in slips))


def saved_layer(path: Path) -> Layer:
    """Return what ``config.json`` gives."""
    try:
        text = _text(path)
        data = {} if text is None else from_json(text)
        if not isinstance(data, dict):
            raise ValueError("it is not a JSON object")
    except (OSError, ValueError) as error:
        return Layer("saved", broken=_reason(error))
    raw = {assigned_name(key) or key: value for key, value in data.items()}
    lines = {key: _line_of(key, text or "") for key in data}
    given = {name: Given(data[key], _place(path, lines[key])) for key in data if (name := assigned_name(key))}
    problems = [_unknown(key, _place(path, lines[key])) for key in data if assigned_name(key) is None]
    problems += [
        f"{env_name(name)} is in {path.name} under two names: {given[name].place.partition(' of ')[0]} counts."
        for name in given
        if sum(assigned_name(key) == name for key in data) > 1
    ]
    return Layer("saved", given, tuple(problems), raw)


def env_layer(path: Path) -> Layer:
    """Return what ``.env`` gives."""
    try:
        found = parse_dotenv(_text(path) or "")
    except (OSError, ValueError) as error:
        return Layer("env_file", broken=_reason(error))
    given: dict[str, Given] = {}
    problems = [f"Line {line} of {path.name} is not understood: write NAME=value there." for line in found.odd_lines]
    for one in found.assignments:
        place = _place(path, one.line)
        if (name := _own(one.name)) is None:
            problems.extend(_strangers(one.name, place))
            continue
        if name in given:
            problems.append(f"{one.name} is in {path.name} twice: line {one.line} counts.")
        given[name] = Given(one.value, place)
    return Layer("env_file", given, tuple(problems))


def _text(path: Path) -> str | None:
    """Return what a file says, None where there is none; also as Windows' own tools write it."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError("it is no file")
    except FileNotFoundError:
        return None
    data = path.read_bytes()
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def _own(variable: str) -> str | None:
    return next((name for name in Settings.model_fields if env_name(name) == variable), None)


def _strangers(variable: str, place: str) -> Iterator[str]:
    if variable == HOME:
        yield f"{HOME} in {place} does nothing: it works in the environment only."
    elif variable.startswith(_PREFIX) and variable not in NO_SETTINGS:
        yield _unknown(variable, place)
    elif _own(_PREFIX + variable) is not None:
        yield f"{variable} in {place} is no setting; did you mean {_PREFIX}{variable}?"


def _unknown(key: str, place: str) -> str:
    name = "".join(letter for letter in key[:60] if letter.isprintable())
    meant = _alike(key)
    return f"{name} in {place} is no setting{f'; did you mean {meant}?' if meant else ': it does nothing.'}"


def _alike(key: str) -> str | None:
    """Return the variable that was meant, whichever form the name has."""
    plain = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", key[:60]).upper().removeprefix(_PREFIX)
    names = [name.upper() for name in Settings.model_fields]
    import difflib  # rarely needed

    found = difflib.get_close_matches(plain, names, 1, _ALIKE)
    return _PREFIX + found[0] if found else None


def _line_of(key: str, text: str) -> int:
    found = re.search(rf'"{re.escape(key)}"\s*:', text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _place(path: Path, line: int) -> str:
    return f"line {line} of {path.name}"


def _reason(error: OSError | ValueError) -> str:
    """Return why, without a word of what is in the file."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
