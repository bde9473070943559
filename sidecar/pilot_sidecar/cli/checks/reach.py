"""Whether devices get to the hub: the tunnel, the network, the certificate."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

from pilot_sidecar.cli.checks.scene import Json, Scene
from pilot_sidecar.core.checks import Check
from pilot_sidecar.infra.network import is_loopback
from pilot_sidecar.infra.tunnel.ports import Problem, TunnelProvider


def checks(scene: Scene) -> list[Check]:
    """Return how the tunnel is, and how safe the way through the network."""
    return [_tunnel(scene), *_network(scene), *_certificate(scene)]


def _tunnel(scene: Scene) -> Check:
    name, status = str(scene.settings.get("tunnel", "")), scene.snapshot.get("tunnel") or {}
    if not name and status.get("state", "off") == "off":
        return Check(id="tunnel", status="ok", message="No tunnel is set: only this machine and its network get here.")
    if (problem := _not_startable(scene, name)) is not None:
        fix = f"{problem.hint} Or set no tunnel: PILOT_TUNNEL."
        return Check(id="tunnel", status="fail", message=problem.message, fix=fix)
    if not scene.answered:
        return Check(id="tunnel", status="ok", message=f"The tunnel ({name}) starts with the hub.")
    return _running_tunnel(name or status["provider"], status)


def _running_tunnel(name: str, status: Json) -> Check:
    """Return how the hub says that it fares."""
    said = status.get("message")
    match status.get("state"):
        case "up" if not said:
            return Check(id="tunnel", status="ok", message=f"The tunnel is up at {status.get('url')}.")
        case "starting":
            return Check(id="tunnel", status="ok", message=f"The tunnel ({name}) is starting.")
        case "failed":
            message = f"The tunnel ({name}) failed: {said or 'see `pilot logs`.'}"
            return Check(id="tunnel", status="fail", message=message, fix="See to that, then run `pilot tunnel start`.")
        case "off":
            message = said or f"The tunnel ({name}) is set, but was stopped."
            return Check(id="tunnel", status="warn", message=message, fix="Run `pilot tunnel start`.")
        case _:
            message = f"The tunnel ({name}) does not hold: {said or 'it is being tried again.'}"
            fix = "Look at this machine's network; `pilot logs` says more."
            return Check(id="tunnel", status="warn", message=message, fix=fix)


def _not_startable(scene: Scene, name: str) -> Problem | None:
    """Return why the program of the settings cannot be started; the hub does the same before it tries."""
    if (provider := _provider(scene, name)) is None:
        return None
    if (wrong := provider.problem()) is not None:
        return wrong
    program = provider.command(0)[0]
    if shutil.which(program, path=scene.environ.get("PATH", "")) is None:
        return Problem(f"The tunnel's program, {program}, was not found on this machine.", provider.get_it)
    return None


def _provider(scene: Scene, name: str) -> TunnelProvider | None:
    from pilot_sidecar.infra.tunnel.cloudflared import Cloudflared
    from pilot_sidecar.infra.tunnel.custom import Custom
    from pilot_sidecar.infra.tunnel.ngrok import Ngrok

    custom = Custom(str(scene.settings.get("tunnel_command", "")))
    known: dict[str, TunnelProvider] = {"cloudflared": Cloudflared(), "ngrok": Ngrok(), "custom": custom}
    return known.get(name)


def _network(scene: Scene) -> Iterator[Check]:
    host = str(scene.settings.get("host", "127.0.0.1")).strip("[]")
    if is_loopback(host):
        yield Check(id="network", status="ok", message="Only this machine reaches the hub directly.")
    elif scene.settings.get("tls"):
        yield Check(id="network", status="ok", message=f"The network reaches the hub ({host}), encrypted.")
    else:
        message = f"The network reaches the hub ({host}) without encryption: others there can read along."
        fix = f"Set PILOT_TLS=true in {scene.path('.env')}, then run `pilot stop` and `pilot up`."
        yield Check(id="network", status="warn", message=message, fix=fix)


def _certificate(scene: Scene) -> Iterator[Check]:
    if not scene.settings.get("tls"):
        return
    from cryptography import x509

    from pilot_sidecar.infra.certificates import LEAF

    path = scene.home / "tls" / LEAF
    if not path.exists():
        yield Check(id="certificate", status="ok", message="The certificate is made when the network first needs it.")
        return
    name, now = scene.path(f"tls/{LEAF}"), datetime.fromtimestamp(scene.now_ms / 1000, UTC)
    fix = f"Run `pilot stop`, `rm {name}`, `pilot up`: a new one is made, which phones trust as they did this one."
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        yield Check(id="certificate", status="fail", message=f"{name} cannot be read: {error}.", fix=fix)
        return
    until = found.not_valid_after_utc
    if found.not_valid_before_utc <= now < until:
        yield Check(id="certificate", status="ok", message=f"The certificate is good until {until:%Y-%m-%d}.")
        return
    when = f"ended on {until:%Y-%m-%d}" if now >= until else f"begins only on {found.not_valid_before_utc:%Y-%m-%d}"
    yield Check(id="certificate", status="fail", message=f"The network's certificate {when}.", fix=fix)
