"""The system's own programs, such as ``systemctl``: short calls that say what went wrong."""

import subprocess
from collections.abc import Mapping, Sequence

from pilot_sidecar.cli.autostart.ports import AutostartError

CALL_S = 20.0


def ask(command: Sequence[str], environ: Mapping[str, str]) -> tuple[int, str]:
    """Return a program's exit code and its words; a code below 0 where there is no such program."""
    try:
        done = subprocess.run(  # noqa: S603 - the system's own program
            command, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True, timeout=CALL_S, check=False
        )
    except OSError as error:
        return -1, f"{command[0]}: {error.strerror or error}"
    except subprocess.TimeoutExpired:
        return -2, f"{command[0]} did not end within {CALL_S:.0f} s"
    said = done.stdout or done.stderr
    return done.returncode, said.decode("utf-8", "replace").strip()


def tell(command: Sequence[str], environ: Mapping[str, str], hint: str) -> None:
    """Have a program do something; raises AutostartError with its own words."""
    code, said = ask(command, environ)
    if code != 0:
        words = " ".join(said.split())[:300].rstrip(".") or f"exit code {code}"
        raise AutostartError(f"`{' '.join(command)}` failed: {words}.", hint)
