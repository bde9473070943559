"""The model without an account: for whoever has its key, on loopback, and for as long as it is asked for."""

from collections.abc import Mapping

import aiohttp
import pytest

from pilot_sidecar.infra.scripted_model import events, past_proxies, serve_model


class Script:
    def answer(self, request: Mapping[str, object]) -> bytes:
        return events({"type": "said", "heard": request["words"]}, {"more": True})


async def test_only_who_has_the_key_is_answered() -> None:
    async with serve_model(Script()) as model, aiohttp.ClientSession() as http:
        assert model.url.startswith("http://127.0.0.1:")
        key = {"Authorization": f"Bearer {model.key}"}
        for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": model.key}):
            async with http.post(f"{model.url}/chat/completions", json={"words": "hi"}, headers=wrong) as refused:
                assert refused.status == 401
        async with http.post(f"{model.url}/responses", json={"words": "hi"}, headers=key) as answer:
            assert answer.content_type == "text/event-stream"
            assert await answer.text() == (
                'event: said\ndata: {"type": "said", "heard": "hi"}\n\ndata: {"more": true}\n\n'
            )
        async with http.get(f"{model.url}/models", headers=key) as models:
            assert (await models.json())["data"] == []
        async with http.post(model.url, data=b"no JSON", headers=key) as odd:
            assert odd.status == 400
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.get(model.url)


def test_what_proxies_are_to_leave_alone_is_added_to() -> None:
    assert past_proxies({}) == {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    assert past_proxies({"no_proxy": "intranet"})["NO_PROXY"] == "intranet,127.0.0.1,localhost"
