"""Events nobody knows are counted and kept, within bounds."""

from pathlib import Path

from fakes.domain import open_domain
from pilot_sidecar.core.unknown import BODY_BYTES, KEPT, NAMES


async def test_counted_and_kept_as_they_came(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        for number in range(KEPT + 5):
            services.unknown.note("codex", "Dream", b'{"n": %d}' % number)
        services.unknown.note("opencode", "session.dreamt", b"\xff" * (BODY_BYTES + 10))
        await services.store.settled()
        rows = await services.store.read("SELECT agent, name, body FROM unknown_events ORDER BY rowid")
        assert len(rows) == KEPT + 1
        assert rows[0] == ("codex", "Dream", '{"n": 0}')
        assert services.unknown.counts("codex") == {"Dream": KEPT + 5}


async def test_a_flood_of_names_is_bounded(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        for number in range(NAMES * 3):
            services.unknown.note("codex", f"name-{number}" + "x" * 500, b"")
        counts = services.unknown.counts("codex")
        assert len(counts) == NAMES + 1
        assert sum(counts.values()) == NAMES * 3
        assert max(map(len, counts)) <= 80
