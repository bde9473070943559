"""Pictures that are kept: what counts as one, how many, and for how long."""

import base64
from pathlib import Path

import pytest

from agents.harness.pictures import PNG, URL
from fakes.domain import make_session, open_domain
from pilot_sidecar.core import attachments
from pilot_sidecar.core.attachments import forget_unused
from pilot_sidecar.core.errors import BadRequestError, NotFoundError
from pilot_sidecar.core.events import SessionStarted
from pilot_sidecar.core.pictures import MAX_PICTURE, checked_picture, in_data_url, picture_type
from pilot_sidecar.core.services import Services

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 20


async def count(services: Services, table: str) -> int:
    await services.store.settled()
    [(number,)] = await services.store.read(f"SELECT count(*) FROM {table}")
    return int(str(number))


async def test_the_same_picture_twice_is_kept_once(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        first = services.attachments.keep_url("s1", "one.png", "image/png", URL)
        second = services.attachments.keep_url("s2", "two.png", "image/png", URL)
        assert (first.id, first.name, first.size) == (second.id, "one.png", len(PNG))
        assert first.id is not None
        assert await services.attachments.get(first.id) == ("image/png", PNG)
        assert (await count(services, "attachments"), await count(services, "attachment_uses")) == (1, 2)
    async with open_domain(tmp_path) as services:
        assert (await services.attachments.get(first.id))[1] == PNG, "and is there after a restart"


@pytest.mark.parametrize(
    ("mime", "url"),
    [
        ("image/svg+xml", "data:image/svg+xml;base64," + base64.b64encode(b"<svg onload='x()'/>").decode()),
        ("image/png", "data:image/png;base64," + base64.b64encode(b"<html><script>x()</script>").decode()),
        ("image/png", "data:image/png;base64,%%%"),
        ("image/png", "data:image/png," + "x" * 50),
        ("image/png", "https://example.org/a.png"),
        ("image/png", "file:///etc/passwd"),
        ("image/png", ""),
        ("application/pdf", "data:application/pdf;base64," + base64.b64encode(b"%PDF-1.7").decode()),
        ("image/png", "data:image/png;base64," + base64.b64encode(PNG + b"\0" * MAX_PICTURE).decode()),
        ("x" * 500, "data:;base64,"),
    ],
)
async def test_what_is_no_picture_or_too_large_is_only_named(tmp_path: Path, mime: str, url: str) -> None:
    async with open_domain(tmp_path) as services:
        found = services.attachments.keep_url("s1", "a\nname" + "x" * 500, mime, url)
        assert found.id is None
        assert found.name.isprintable()
        assert len(found.name) <= 200
        assert await count(services, "attachments") == 0


async def test_the_type_is_told_by_what_is_in_it(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        url = "data:text/html;base64," + base64.b64encode(JPEG).decode()
        found = services.attachments.keep_url("s1", "a.html", "text/html", url)
        assert found.mime == "image/jpeg"


async def test_what_is_not_there(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        for name in ("", "../../etc/passwd", "0" * 64, "' OR 1=1 --"):
            with pytest.raises(NotFoundError):
                await services.attachments.get(name)


async def test_too_many_pictures_push_out_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_TOTAL", 20_000)
    async with open_domain(tmp_path) as services:
        kept = []
        for number in range(30):
            services.clock.advance(1)  # type: ignore[attr-defined] # the fake one
            kept.append(services.attachments.keep("s1", "p", "image/png", PNG + bytes([number]) * 1000))
            await services.store.settled()
        [(total,)] = await services.store.read("SELECT sum(size) FROM attachments")
        assert int(str(total)) <= 20_000
        with pytest.raises(NotFoundError):
            await services.attachments.get(str(kept[0].id))
        assert (await services.attachments.get(str(kept[-1].id)))[0] == "image/png"
        assert await count(services, "attachments") == await count(services, "attachment_uses")


async def test_pictures_go_with_their_sessions(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        session = make_session("stays")
        services.bus.publish(SessionStarted(at=1, session_id="stays", agent="opencode", session=session))
        stays = services.attachments.keep("stays", "p", "image/png", PNG)
        goes = services.attachments.keep("gone", "p", "image/jpeg", JPEG)
        both = services.attachments.keep("gone", "p", "image/png", PNG)
        assert both.id == stays.id
        await services.store.settled()
        await services.store.settled()
        now = services.clock.now_ms()
        assert await services.store.run(lambda connection: forget_unused(connection, now)) == 0, "it is too new"
        await services.store.run(lambda connection: forget_unused(connection, now + 1))
        assert (await services.attachments.get(str(stays.id)))[1] == PNG
        with pytest.raises(NotFoundError):
            await services.attachments.get(str(goes.id))


@pytest.mark.parametrize("raw", [b"", b"GIF8", b"RIFF0000WEBX", b"<svg/>", b"\x89PNG", b"\0" * 100])
def test_bytes_that_are_no_picture(raw: bytes) -> None:
    assert picture_type(raw) is None
    with pytest.raises(BadRequestError):
        checked_picture("x", base64.b64encode(raw).decode())


def test_a_picture_over_the_limit_is_refused_before_it_is_decoded() -> None:
    assert in_data_url("data:image/png;base64," + "A" * (MAX_PICTURE * 2)) is None
    with pytest.raises(BadRequestError):
        checked_picture("x", "A" * (MAX_PICTURE * 2))
