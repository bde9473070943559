"""Settings from all sources: what does not fit is named with its place, what people write by hand counts."""

import json
import os
from pathlib import Path

import pytest

from pilot_sidecar.core.errors import BadRequestError
from pilot_sidecar.core.settings import GUARDED, SettingsStore
from pilot_sidecar.core.settings_model import Settings, env_name
from pilot_sidecar.core.settings_view import MASK

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


def store(home: Path, **environ: str) -> SettingsStore:
    return SettingsStore(home, environ)


def write(path: Path, text: str | bytes) -> None:
    """Write by hand: another moment, whatever the clock of the disk counts in."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    write.moment += 1  # type: ignore[attr-defined]
    os.utime(path, ns=(0, 10**18 + write.moment * 10**9))  # type: ignore[attr-defined]


write.moment = 0  # type: ignore[attr-defined]


def test_a_value_that_does_not_fit_is_named_with_its_place(tmp_path: Path) -> None:
    write(tmp_path / ".env", "# mine\nPILOT_PORT=70000\nPILOT_KEEP_DAYS=soon\nPILOT_HOST=10.0.0.1\n")
    write(tmp_path / "config.json", '{\n  "keepDays": 0,\n  "quiet_hours": "22-7"\n}')
    settings = store(tmp_path, PILOT_ON_TIMEOUT="allow", PILOT_HOOK_TOKEN="", PILOT_DEV="perhaps")
    assert settings.problems == [
        "PILOT_PORT in line 2 of .env has to be a whole number from 0 to 65535; 4097 is used instead.",
        "PILOT_ON_TIMEOUT in the environment has to be release or deny; release is used instead.",
        "PILOT_DEV in the environment has to be true or false; false is used instead.",
        "PILOT_QUIET_HOURS in line 3 of config.json has to be two times, as 22:00-07:00, or nothing; "
        "nothing is used instead.",
        "PILOT_KEEP_DAYS in line 2 of config.json has to be a whole number from 1 to 36500, in days; "
        "90 is used instead.",
        "PILOT_KEEP_DAYS in line 3 of .env has to be a whole number from 1 to 36500, in days; 90 is used instead.",
    ]
    assert settings.current.host == "10.0.0.1", "the others count"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", True), ("keep_days", True), ("budget_day_usd", True), ("keep_days", 10**25),
        ("permission_timeout", 10**25), ("fetch_timeout_ms", 10**400), ("keep_megabytes", 10**25),
        ("host", "10.0.0.1 "), ("host", "one two"), ("host", "http://10.0.0.1"),
    ],
)  # fmt: skip
def test_what_would_stop_the_hub_or_mean_something_else_falls_back(tmp_path: Path, name: str, value: object) -> None:
    write(tmp_path / "config.json", json.dumps({name: value, "keepAlive": "always"}))
    settings = store(tmp_path)
    assert getattr(settings.current, name) == Settings.model_fields[name].default
    assert [problem.partition(" ")[0] for problem in settings.problems] == [env_name(name)]
    assert settings.current.keep_alive == "always", "the others count"


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    write(tmp_path / ".env", "PILOT_TUNNEL=ngrok\nPILOT_PORT=5000\nPILOT_KEEP_DAYS=\n")
    settings = store(tmp_path, PILOT_PORT="", PILOT_TUNNEL="")
    assert (settings.current.port, settings.current.tunnel, settings.current.keep_days) == (5000, "", 90)
    assert settings.problems == []


def test_a_secret_that_does_not_fit_is_not_repeated(tmp_path: Path) -> None:
    write(tmp_path / "config.json", json.dumps({"telegram_token": [TOKEN], "hook_token": {"a": TOKEN}}))
    settings = store(tmp_path)
    assert len(settings.problems) == 2
    assert TOKEN not in " ".join(settings.problems)


def test_slips_are_told_and_names_of_others_are_not(tmp_path: Path) -> None:
    write(
        tmp_path / ".env",
        "PILOT_TUNEL=ngrok\nTELEGRAM_TOKEN=x\nDATABASE_URL=y\nPILOT_HOME=/z\nPILOT_NOPE=1\nPILOT_PORT=1\nPILOT_PORT=2\nhm\n",
    )
    write(tmp_path / "config.json", '{"permissionTimout": 5000, "later": {"a": 1}}')
    settings = store(tmp_path, PILOT_PROT="5000", PILOT_AGENT="x", PILOT_LIGHT="of another program", PILOTS="2")
    assert settings.problems == [
        "PILOT_PROT in the environment is no setting; did you mean PILOT_PORT?",
        "permissionTimout in line 1 of config.json is no setting; did you mean PILOT_PERMISSION_TIMEOUT?",
        "later in line 1 of config.json is no setting: it does nothing.",
        "Line 8 of .env is not understood: write NAME=value there.",
        "PILOT_TUNEL in line 1 of .env is no setting; did you mean PILOT_TUNNEL?",
        "TELEGRAM_TOKEN in line 2 of .env is no setting; did you mean PILOT_TELEGRAM_TOKEN?",
        "PILOT_HOME in line 4 of .env does nothing: it works in the environment only.",
        "PILOT_NOPE in line 5 of .env is no setting: it does nothing.",
        "PILOT_PORT is in .env twice: line 7 counts.",
    ]
    assert settings.current.port == 2
    settings.update({"keep_days": 30})
    assert json.loads((tmp_path / "config.json").read_text())["later"] == {"a": 1}, "a newer version's stays"


def test_one_setting_under_two_names_is_told(tmp_path: Path) -> None:
    write(tmp_path / "config.json", '{\n"keepDays": 5,\n"PILOT_KEEP_DAYS": 6\n}')
    settings = store(tmp_path)
    assert settings.problems == ["PILOT_KEEP_DAYS is in config.json under two names: line 3 counts."]
    assert settings.current.keep_days == 6
    settings.update({"keepDays": 7})
    assert json.loads((tmp_path / "config.json").read_text()) == {"keep_days": 7}
    assert settings.problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_of_windows_are_read(tmp_path: Path, encoding: str) -> None:
    write(tmp_path / ".env", "PILOT_HOST=10.0.0.1\r\n".encode(encoding))
    write(tmp_path / "config.json", '{\r\n"keep_days": 5\r\n}\r\n'.encode(encoding))
    settings = store(tmp_path)
    assert (settings.current.host, settings.current.keep_days, settings.problems) == ("10.0.0.1", 5, [])


def test_a_number_is_a_chat(tmp_path: Path) -> None:
    write(tmp_path / "config.json", '{"telegramChatId": -1001234567890, "telegramUserIds": 42}')
    settings = store(tmp_path)
    assert (settings.current.telegram_chat_id, settings.current.telegram_user_ids) == ("-1001234567890", "42")


def test_looking_leaves_a_broken_file_where_it_is(tmp_path: Path) -> None:
    write(tmp_path / "config.json", "{")
    (tmp_path / ".env").mkdir()
    found = store(tmp_path).problems
    assert [problem.split(" (")[0] for problem in found] == ["config.json could not be read", ".env could not be read"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "config.json"]


def test_what_is_written_by_hand_counts_and_what_is_broken_takes_nothing(tmp_path: Path) -> None:
    write(tmp_path / ".env", "PILOT_KEEP_DAYS=5\n")
    settings, told = store(tmp_path), []
    settings.update({"budget_day_usd": 3})
    settings.on_change(lambda: told.append(settings.current.keep_days))
    assert not settings.reread().changed, "what the store wrote itself is no news"
    write(tmp_path / ".env", "PILOT_KEEP_DAYS=6\n")
    assert settings.reread().changed == ("keep_days",)
    for broken in ("{", b"\xff\xfe\xfa", "[1]", ""):
        write(tmp_path / "config.json", broken)
        assert settings.reread().changed == ()
        assert settings.current.budget_day_usd == 3
        assert "what it said before counts until it is mended" in settings.problems[0]
    write(tmp_path / "config.json", '{"budget_day_usd": 4}')
    assert settings.reread().changed == ("budget_day_usd",)
    assert settings.problems == []
    (tmp_path / ".env").unlink()
    assert settings.reread().changed == ("keep_days",)
    assert told == [6, 6, 6, 6, 6, 6, 90], "at each change, and when problems come or go"


def test_saving_keeps_what_was_written_by_hand_meanwhile(tmp_path: Path) -> None:
    settings = store(tmp_path)
    settings.update({"keep_days": 5})
    write(tmp_path / "config.json", '{"keep_days": 6, "mine": true}')
    settings.update({"budget_day_usd": 1})
    assert json.loads((tmp_path / "config.json").read_text()) == {"keep_days": 6, "mine": True, "budget_day_usd": 1.0}
    write(tmp_path / "config.json", '{"keep_days": 7,')
    settings.update({"budget_day_usd": 2})
    assert json.loads((tmp_path / "config.json").read_text()) == {"keep_days": 6, "mine": True, "budget_day_usd": 2.0}
    (aside,) = tmp_path.glob("config.json.broken-*")
    assert aside.read_text() == '{"keep_days": 7,', "nothing is lost"
    assert aside.name in settings.problems[0]


def test_a_link_to_a_persons_own_files_stays_one(tmp_path: Path) -> None:
    dotfiles, home = tmp_path / "dotfiles", tmp_path / "home"
    dotfiles.mkdir()
    home.mkdir()
    for name in ("config.json", ".env"):
        (home / name).symlink_to(dotfiles / name)
    write(dotfiles / "config.json", '{"keep_days": 5,')
    write(dotfiles / ".env", "PILOT_HOST=10.0.0.1\n")
    settings = SettingsStore(home, {}, 7)
    assert str(dotfiles / "config.json.broken-7") in settings.problems[0]
    settings.update({"keep_days": 6})
    assert json.loads((dotfiles / "config.json").read_text()) == {"keep_days": 6}
    write(dotfiles / ".env", "PILOT_HOST=10.0.0.2\n")
    assert settings.reread().changed == ("host",)
    assert all((home / name).is_symlink() for name in ("config.json", ".env"))
    assert (dotfiles / "config.json.broken-7").read_text() == '{"keep_days": 5,'


def test_an_agent_that_writes_a_file_gains_nothing_at_once(tmp_path: Path) -> None:
    """It could write the file, not press the button: who may answer and what runs changes at the next start only."""
    settings = store(tmp_path)
    settings.update({"telegram_token": TOKEN, "telegram_user_ids": "1"})
    mine = {"telegram_token": TOKEN, "telegram_user_ids": "1"}
    write(
        tmp_path / "config.json", json.dumps({**mine, "telegram_user_ids": "666", "tunnel": "custom", "keep_days": 5})
    )
    write(tmp_path / ".env", "PILOT_TUNNEL_COMMAND=steal {port}\n")
    done = settings.reread()
    assert (done.changed, done.held) == (("keep_days",), ("telegram_user_ids", "tunnel", "tunnel_command"))
    assert (settings.current.telegram_user_ids, settings.current.tunnel) == ("1", "")
    assert any("PILOT_TUNNEL was changed by hand in line 1 of config.json" in problem for problem in settings.problems)
    settings.update({"keep_days": 6})
    assert settings.current.telegram_user_ids == "1", "another setting's save changes nothing about it"
    write(tmp_path / ".env", "PILOT_TUNNEL_COMMAND=steal more {port}\n")
    assert settings.reread().held == ()
    assert settings.current.tunnel_command == ""
    settings.update({"telegram_user_ids": "1", "tunnel": "ngrok"})
    assert (settings.current.telegram_user_ids, settings.current.tunnel) == ("1", "ngrok"), "a person says so"
    assert json.loads((tmp_path / "config.json").read_text())["telegram_user_ids"] == "1"
    (tmp_path / ".env").unlink()
    settings.reread()
    assert settings.problems == []
    assert {"hook_token", "telegram_api_url", "enable_glob_opener"} <= GUARDED


def test_an_address_from_a_file_does_not_draw_the_token_out(tmp_path: Path) -> None:
    settings = store(tmp_path)
    settings.update({"telegram_token": TOKEN})
    write(tmp_path / "config.json", json.dumps({"telegram_token": TOKEN, "telegram_api_url": "http://evil.example"}))
    settings.reread()
    assert settings.current.telegram_api_url == "https://api.telegram.org"
    with pytest.raises(BadRequestError, match="PILOT_TELEGRAM_API_URL"):
        settings.update({"telegram_api_url": "http://evil.example", "telegram_token": MASK})
    settings.update({"keep_days": 4, "telegram_token": MASK})
    assert settings.current.telegram_api_url == "https://api.telegram.org"
    settings.update({"telegram_api_url": "http://evil.example", "telegram_token": TOKEN})
    assert settings.current.telegram_api_url == "http://evil.example", "whoever has the token may"
