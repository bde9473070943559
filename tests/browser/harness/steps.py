"""What several cases do first, or wait for last."""

from pathlib import Path

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from agents.harness.waiting import until


async def begin(serve: Serve, client: Client) -> str:
    """Start a session in the agent and return its id once the hub knows it."""
    session = serve.session()

    async def known() -> bool:
        return (await client.call("GET", f"/api/sessions/{session}"))[0] == 200

    await until("the new session", known)
    return session


def refill(serve: Serve) -> Path:
    """Put back what “clean please” removes."""
    keep = serve.project / "node_modules" / "keep.txt"
    keep.parent.mkdir(exist_ok=True)
    keep.write_text("keep\n")
    return keep


async def gone(path: Path) -> None:
    """Wait until the tool really ran."""

    async def look() -> bool:
        return not path.exists()

    await until(f"{path.name} to go", look)
