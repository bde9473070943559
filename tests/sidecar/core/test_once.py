"""A prompt that is sent again because the answer got lost reaches the agent once."""

import asyncio

import pytest

from pilot_sidecar.core import once
from pilot_sidecar.core.once import Once


class Deed:
    """Counts how often it was done; waits, or fails, when told to."""

    def __init__(self) -> None:
        self.times = 0
        self.go = asyncio.Event()
        self.go.set()
        self.error: Exception | None = None

    async def __call__(self) -> None:
        await asyncio.wait_for(self.go.wait(), 2)
        if self.error:
            raise self.error
        self.times += 1


async def test_the_same_key_is_one_deed_and_another_key_another() -> None:
    guard, deed = Once(), Deed()
    for key in ("a", "a", "b"):
        await guard.run(key, deed)
    assert deed.times == 2


async def test_two_at_the_same_time_are_one() -> None:
    guard, deed = Once(), Deed()
    deed.go.clear()
    both = asyncio.gather(guard.run("a", deed), guard.run("a", deed))
    await asyncio.sleep(0)
    deed.go.set()
    await both
    assert deed.times == 1


async def test_what_failed_may_be_tried_again_and_both_who_asked_are_told() -> None:
    guard, deed = Once(), Deed()
    deed.error = ValueError("not now")
    deed.go.clear()
    both = asyncio.gather(guard.run("a", deed), guard.run("a", deed), return_exceptions=True)
    await asyncio.sleep(0)
    deed.go.set()
    assert [str(error) for error in await both] == ["not now", "not now"]
    deed.error = None
    await guard.run("a", deed)
    assert deed.times == 1


async def test_who_waits_for_one_that_was_cut_off_is_cut_off_too() -> None:
    guard, deed = Once(), Deed()
    deed.go.clear()
    first = asyncio.ensure_future(guard.run("a", deed))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(guard.run("a", deed))
    await asyncio.sleep(0)
    first.cancel()
    done, _ = await asyncio.wait([first, second], timeout=2)
    assert len(done) == 2
    assert first.cancelled()
    assert second.cancelled()


async def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "KEPT", 2)
    guard, deed = Once(), Deed()
    for key in ("a", "b", "c", "a"):
        await guard.run(key, deed)
    assert deed.times == 4
    await guard.run("c", deed)
    assert deed.times == 4
