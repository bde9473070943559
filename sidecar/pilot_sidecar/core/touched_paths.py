"""Paths in the words of a command, and whether they lie in a folder; as ``webview/js/asks/touched-paths.js``. Pure."""

import re

_ADDRESS = re.compile(r"https?://\S+", re.ASCII | re.IGNORECASE)
_BETWEEN = re.compile(r"""[\s;&|()<>"'`,]+|(?<=\w)=(?=[/~.$])""", re.ASCII)
_NO_FILES = re.compile(r"/dev/(?:null|stdout|stderr|stdin|tty|zero|u?random|fd/\d+)", re.ASCII)
_PROGRAMS = re.compile(r"/(?:usr/(?:local/)?)?s?bin/[^/]+|/opt/homebrew/bin/[^/]+")
_TELLING = re.compile(r"/[^/\s]|~(?:/|\Z)|[A-Za-z]:[\\/]|\\\\|\$\{?HOME\b|%USERPROFILE%", re.ASCII | re.IGNORECASE)
_UPWARDS = re.compile(r"(?:^|[\\/])\.\.(?:[\\/]|\Z)")
_HOME = re.compile(r"~|\$\{?HOME\b|%USERPROFILE%", re.ASCII | re.IGNORECASE)
_ROOTED = re.compile(r"/|[A-Za-z]:[\\/]|\\\\")
_STEP = re.compile(r"[\\/]+")


def paths_in(command: str) -> list[str]:
    """Return whole paths, and those that lead to the home or upwards."""
    words = _BETWEEN.split(_ADDRESS.sub(" ", command))
    return [word for word in words if _is_telling(word) and not _NO_FILES.fullmatch(word) and not _is_program(word)]


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a path lies in a folder; a relative one is taken from there."""
    if not folder:
        return True
    if _HOME.match(path):
        return False
    steps, base = _steps(path if _ROOTED.match(path) else f"{folder}/{path}"), _steps(folder)
    return steps[: len(base)] == base


def _is_telling(word: str) -> bool:
    return word == "/" or bool(_TELLING.match(word) or _UPWARDS.search(word))


def _is_program(word: str) -> bool:
    return _PROGRAMS.fullmatch(word) is not None


def _steps(path: str) -> list[str]:
    steps: list[str] = []
    for step in _STEP.split(path):
        if step == "..":
            del steps[-1:]
        elif step and step != ".":
            steps.append(step)
    return steps
