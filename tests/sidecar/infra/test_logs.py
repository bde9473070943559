"""The log never holds a secret."""

import json
import logging
import stat
from pathlib import Path
from urllib.parse import quote

import pytest

from pilot_sidecar.infra.logs import MASK, Redactor, open_logs

SECRET = "n0t-f0r-y0ur-eyes"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdef123456",
        "{'Authorization': 'Bearer abcdef123456'}",
        '{"token": "abcdef123456"}',
        "open http://127.0.0.1:4097/pair#code=abcdef123456",
        "Cookie: pilot_session=abcdef123456",
        "Authorization: Basic abcdef123456",
        "pilot_0a1b2c3d=abcdef123456; Path=/",
        '{"code": "abcdef123456", "name": "x"}',
        "POST https://api.telegram.org/bot123:abcdef123456/sendMessage",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    assert "abcdef123456" not in Redactor()(text)
    assert MASK in Redactor()(text)


@pytest.mark.parametrize("written", ["{}", "/x?y={}&z", '{{"a": {}}}'])
def test_a_secret_is_masked_however_it_is_written(written: str) -> None:
    secret = 'it\'s "quoted" & spaced / Grüße'
    redact = Redactor()
    redact.hide(secret[:8], secret)
    for form in (secret, quote(secret), quote(secret, safe=""), json.dumps(secret), repr(secret)):
        found = redact(written.format(form))
        assert "spaced" not in found
        assert "quoted" not in found


def test_plain_words_stay() -> None:
    text = "hub 0.1.0 is up at http://127.0.0.1:4097; 3 tokens were used"
    assert Redactor()(text) == text


def test_known_secrets_are_masked_in_messages_and_tracebacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    redact = Redactor()
    redact.hide(SECRET, "")
    logger = logging.getLogger("test")
    with open_logs(tmp_path / "logs", redact):
        logger.info("got %s", SECRET)
        try:
            raise ValueError(f"bad {SECRET}")
        except ValueError:
            logger.exception("it failed")
    text = (tmp_path / "logs/hub.log").read_text()
    assert SECRET not in text + capsys.readouterr().err
    assert f"got {MASK}" in text
    assert "Traceback" in text
    assert stat.S_IMODE((tmp_path / "logs/hub.log").stat().st_mode) == 0o600
