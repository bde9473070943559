"""Whether the hub lives, where, and whether it fits this command."""

import errno
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pilot_sidecar import PROTOCOL, __version__
from pilot_sidecar.cli.checks.scene import Scene
from pilot_sidecar.cli.checks.versions import numbers
from pilot_sidecar.core.checks import Check
from pilot_sidecar.infra.network import who_listens, why_not_bound
from pilot_sidecar.server.discovery import FILE

_AGAIN = "Run `pilot stop`, then `pilot up`."
_HERE = "127.0.0.1"


def checks(scene: Scene) -> list[Check]:
    """Return whether there is a hub, of which version, and what is on its port."""
    return [alive(scene), *_version(scene), *_port(scene), *_file(scene)]


def alive(scene: Scene) -> Check:
    """Return whether the hub answers."""
    if scene.hub is not None:
        where = f"The hub runs at {scene.hub.url} (pid {scene.hub.pid})"
        if scene.answered:
            return Check(id="hub.alive", status="ok", message=f"{where}.")
        message = f"{where}, but does not say how it is: it is overloaded, or refuses its own token."
        return Check(id="hub.alive", status="fail", message=message, fix=f"{_AGAIN} Its log: `pilot logs`.")
    if scene.held:
        message = f"A hub (pid {scene.holder}) holds {scene.path('hub.lock')}, but does not answer."
        return Check(id="hub.alive", status="fail", message=message, fix=_AGAIN)
    return Check(id="hub.alive", status="fail", message="No hub is running.", fix="Run `pilot up`.")


def _version(scene: Scene) -> Iterator[Check]:
    hub = scene.hub
    if hub is None:
        return
    if hub.version == __version__ and hub.protocol == PROTOCOL:
        yield Check(id="hub.version", status="ok", message=f"Hub and command are both version {__version__}.")
        return
    older = (hub.protocol, numbers(hub.version)) < (PROTOCOL, numbers(__version__))
    message = f"The hub is version {hub.version}, {'older' if older else 'newer'} than this command ({__version__})."
    fix = _AGAIN if older else "Update this command the way you installed it: `pipx upgrade pilot-sidecar`."
    yield Check(id="hub.version", status="warn" if hub.protocol == PROTOCOL else "fail", message=message, fix=fix)


def _port(scene: Scene) -> Iterator[Check]:
    wanted, host = int(scene.settings.get("port", 0)), str(scene.settings.get("host", _HERE)).strip("[]")
    if scene.hub is not None:
        yield _running_port(scene.hub.url, wanted)
    elif wanted == 0:
        yield Check(id="hub.port", status="ok", message="The hub takes any free port.")
    else:
        yield _free_port(scene, host, wanted)


def _running_port(url: str, wanted: int) -> Check:
    port = urlsplit(url).port
    if wanted in (0, port):
        return Check(id="hub.port", status="ok", message=f"Port {port} is the hub's.")
    message = f"The hub is at port {port}; the settings say {wanted} by now."
    return Check(id="hub.port", status="warn", message=message, fix=_AGAIN)


def _free_port(scene: Scene, host: str, port: int) -> Check:
    for address in dict.fromkeys((_HERE, host)):
        match why_not_bound(address, port):
            case None:
                continue
            case errno.EADDRINUSE:
                return _taken(scene, port)
            case errno.EADDRNOTAVAIL:
                message = f"{address} is no address of this machine: the hub cannot listen there."
                fix = f"Set PILOT_HOST to 127.0.0.1 in {scene.path('.env')}, or to an address of this machine."
                return Check(id="hub.port", status="fail", message=message, fix=fix)
            case number:
                message = f"The hub may not listen on port {port} ({errno.errorcode.get(number, number)})."
                fix = f"Choose a port from 1024 on: PILOT_PORT=4097 in {scene.path('.env')}."
                return Check(id="hub.port", status="fail", message=message, fix=fix)
    return Check(id="hub.port", status="ok", message=f"Port {port} is free for the hub.")


def _taken(scene: Scene, port: int) -> Check:
    by = who_listens(port)
    if scene.held and by is not None and by.endswith(f"(pid {scene.holder})"):
        return Check(id="hub.port", status="ok", message=f"Port {port} is the hub's, which does not answer.")
    message = f"Port {port} is taken by {by or 'another program'}: the hub cannot start there."
    fix = f"End that program, or give Pilot another port: PILOT_PORT={port + 1} in {scene.path('.env')}."
    return Check(id="hub.port", status="fail", message=message, fix=fix)


def _file(scene: Scene) -> Iterator[Check]:
    """Say whether other processes of this user find the hub."""
    path, there = scene.path(FILE), (scene.home / FILE).exists()
    if scene.hub is not None and scene.held and not _has_socket(scene.hub.socket):
        message = f"The socket of the hub is gone ({scene.hub.socket}): VS Code's windows do not find it."
        yield Check(id="hub.file", status="fail", message=message, fix=_AGAIN)
    elif scene.hub is not None and scene.held:
        yield Check(id="hub.file", status="ok", message=f"{path} names the running hub.")
    elif scene.held:
        what = "cannot be read" if there and scene.told is None else "names another process" if there else "is missing"
        if scene.told is None or scene.told.pid != scene.holder:
            yield Check(id="hub.file", status="fail", message=f"{path} {what}: nobody finds the hub.", fix=_AGAIN)
    elif there:
        what = f"is left over from a hub that ended (pid {scene.told.pid})" if scene.told else "cannot be read"
        yield Check(id="hub.file", status="warn", message=f"{path} {what}.", fix="`pilot up` writes a new one.")


def _has_socket(socket: str) -> bool:
    """Tell whether windows have what they connect to; a port has no file."""
    return socket.startswith("tcp:") or Path(socket).exists()
