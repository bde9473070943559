"""Taking over what the page of opencode-pilot saved."""

import json
from pathlib import Path

import pytest

from pilot_sidecar.core.peer_settings import Import, peer_config, plan_import
from pilot_sidecar.core.settings import SettingsStore

SAVED = {
    "port": 4800,
    "host": "0.0.0.0",
    "permissionTimeoutMs": 60_000,
    "tunnel": "off",
    "telegramToken": "123:abc",
    "telegramChatId": "-10042",
    "vapidPublicKey": "public",
    "vapidPrivateKey": "private",
    "enableGlobOpener": True,
    "fetchTimeoutMs": 10_000,
    "nonsense": {"a": 1},
    "telegramApiUrl": "https://elsewhere.example.org",
}


def planned(tmp_path: Path, saved: object, ours: dict[str, object] | None = None, **environ: str) -> Import:
    folder = tmp_path / ".opencode-pilot"
    folder.mkdir()
    (folder / "config.json").write_text(saved if isinstance(saved, str) else json.dumps(saved))
    home = tmp_path / "pilot"
    home.mkdir()
    if ours:
        (home / "config.json").write_text(json.dumps(ours))
    environ = {"HOME": str(tmp_path), **environ}
    plan = plan_import(environ, SettingsStore(home, environ))
    assert plan is not None
    return plan


def test_its_settings_by_our_names(tmp_path: Path) -> None:
    plan = planned(tmp_path, SAVED)
    assert plan.values == {
        "port": 4800,
        "host": "0.0.0.0",
        "permission_timeout": 60_000,
        "telegram_token": "123:abc",
        "telegram_chat_id": "-10042",
        "vapid_public_key": "public",
        "vapid_private_key": "private",
        "enable_glob_opener": True,
    }
    assert plan.left_out == []
    assert plan.opens == ["host"]


def test_what_the_user_set_already_stays(tmp_path: Path) -> None:
    plan = planned(tmp_path, SAVED, {"port": 5000, "vapid_public_key": "mine"}, PILOT_HOST="127.0.0.1")
    assert not {"port", "host", "vapid_public_key", "vapid_private_key"} & plan.values.keys()
    assert plan.values["permission_timeout"] == 60_000


def test_a_bad_value_is_left_out_alone_and_a_secret_is_not_told(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"port": 99_999, "telegramToken": {"no": "text"}, "permissionTimeoutMs": 60_000})
    assert plan.values == {"permission_timeout": 60_000}
    assert [told.split(" is ")[0] for told in plan.left_out] == ["port", "telegramToken"]
    assert "text" not in plan.left_out[1]


@pytest.mark.parametrize(
    "saved", ["{", "[]", '"a"', "\x00", "[" * 20_000], ids=["torn", "list", "text", "null", "deep"]
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, saved: str) -> None:
    plan = planned(tmp_path, saved)
    assert plan.values == {}
    assert "could not be read" in plan.left_out[0]


def test_where_it_saves(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert peer_config(environ) is None
    for folder in (tmp_path / ".opencode-pilot", tmp_path / "xdg" / "opencode-pilot"):
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        assert peer_config(environ) == folder / "config.json"
