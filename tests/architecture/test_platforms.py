"""The package imports on every system it names: what only some have is used inside a function or behind a check."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "sidecar/pilot_sidecar"
NOT_EVERYWHERE = {"fcntl", "grp", "msvcrt", "pty", "pwd", "readline", "resource", "termios", "tty", "uvloop", "winreg"}
NOT_IN_WINDOWS = {
    "AF_UNIX", "EX_OK", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "SIGHUP", "SIGKILL", "SIGQUIT",
    "SIGUSR1", "SIGUSR2", "SIGWINCH", "fchmod", "geteuid", "getsid", "getuid", "killpg", "start_unix_server", "uname",
}  # fmt: skip


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs when a module is imported, but for what stands behind a check."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If | ast.Try | ast.IfExp):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _signature(child)
            continue
        yield child
        yield from _at_import(child)


def _signature(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[ast.AST]:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    for part in (*decorators, *function.args.defaults, *filter(None, function.args.kw_defaults)):
        yield from ast.walk(part)


def missing_elsewhere(source: str) -> list[str]:
    """Return what a module needs at import that some system lacks."""
    found = []
    for node in _at_import(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [one.name for one in names if one.name.split(".")[0] in NOT_EVERYWHERE]
            case ast.ImportFrom(module=str(module)):
                found += [module] if module.split(".")[0] in NOT_EVERYWHERE else []
            case ast.Attribute(attr=name):
                found += [name] if name in NOT_IN_WINDOWS else []
    return found


def test_nothing_is_needed_that_a_system_lacks() -> None:
    sources = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    assert {name: lacks for name, text in sources.items() if (lacks := missing_elsewhere(text))} == {}


@pytest.mark.parametrize(
    ("source", "lacks"),
    [
        ("import fcntl", ["fcntl"]),
        ("from pwd import getpwuid", ["pwd"]),
        ("import os\nFLAGS = os.O_NOFOLLOW", ["O_NOFOLLOW"]),
        ("import os\ndef a(uid=os.getuid()): ...", ["getuid"]),
        ("import signal\nclass A:\n    END = signal.SIGKILL", ["SIGKILL"]),
        ("import sys\nif sys.platform != 'win32':\n    import fcntl", []),
        ("def a():\n    import fcntl", []),
        ("import os\nFLAGS = getattr(os, 'O_NOFOLLOW', 0)", []),
    ],
)
def test_the_check_sees_what_it_is_for(source: str, lacks: list[str]) -> None:
    assert missing_elsewhere(source) == lacks
