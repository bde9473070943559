"""The file that tells a hook's ``curl`` where the hub is: the only place of the token outside Pilot's own state."""

import contextlib
from pathlib import Path

from pilot_sidecar.infra.files import private_dir, write_atomic

NAME = "codex.curlrc"
HOOKS_PATH = "/codex/hooks"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"})


def relay_path(home: Path) -> Path:
    """Return where the file is."""
    return home / "hooks" / NAME


def write_relay(home: Path, base_url: str, hook_token: str) -> None:
    """Write the file, which only its owner can read; a hook that runs meanwhile sees the old or the new one."""
    path = relay_path(home)
    private_dir(home)
    private_dir(path.parent)
    write_atomic(path, relay_text(base_url, hook_token).encode())


def relay_text(base_url: str, hook_token: str) -> str:
    """Return curl's options: nothing is printed but the body of a success, and no redirect is followed."""
    return "".join(
        f"{line}\n"
        for line in (
            f"url = {_quoted(base_url.rstrip('/') + HOOKS_PATH)}",
            f"header = {_quoted(f'Authorization: Bearer {hook_token}')}",
            'header = "Content-Type: application/json"',
            'header = "Expect:"',
            "silent",
            "fail",
            "location",  # with no redirect allowed: its body would be printed otherwise
            "max-redirs = 0",
            "connect-timeout = 1",
            'noproxy = "*"',
            'data-binary = "@-"',
        )
    )


def remove_relay(home: Path) -> bool:
    """Remove the file; tell whether there was one."""
    path = relay_path(home)
    existed = path.exists()
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # other agents' relays stay
        path.parent.rmdir()
    return existed


def _quoted(value: str) -> str:
    return f'"{value.translate(_ESCAPES)}"'
