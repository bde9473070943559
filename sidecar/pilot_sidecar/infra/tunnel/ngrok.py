"""``ngrok``: needs an account, whose token is given to it once; a free one has one address and one session."""

import json
import re

from pilot_sidecar.infra.tunnel.ports import Answer, Problem, Told

_URL = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.ngrok(?:-free)?\.(?:app|dev|io|pizza)/?")
_WEB = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\]):\d+")
_CODE = re.compile(r"ERR_NGROK_(\d+)")
_SIGN_UP = "Run `ngrok config add-authtoken …` with the token from dashboard.ngrok.com, then start the tunnel again."
_KNOWN = {
    "4018": f"ngrok needs an account. {_SIGN_UP}",
    "105": f"ngrok does not accept its token. {_SIGN_UP}",
    "107": f"ngrok does not accept its token. {_SIGN_UP}",
    "108": "ngrok is in use elsewhere, and your account allows no more sessions. End it there, then start again.",
    "120": "This ngrok is too old for your account. Run `ngrok update`, then start the tunnel again.",
    "121": "This ngrok is too old for your account. Run `ngrok update`, then start the tunnel again.",
    "334": "Your ngrok address is in use by another ngrok. End that one, then start the tunnel again.",
}


class Ngrok:
    """Runs ``ngrok http`` with its log as JSON."""

    name = "ngrok"
    get_it = "Install it from ngrok.com, or with your system's packages."

    def problem(self) -> Problem | None:
        """Find nothing: whether there is a token is told by ngrok itself."""
        return None

    def command(self, port: int) -> list[str]:
        """Log to where it can be read, instead of drawing a screen."""
        return [self.name, "http", f"http://127.0.0.1:{port}", "--log", "stdout", "--log-format", "json"]

    def told(self, line: str) -> Told:
        """Find the tunnel's address, that of ngrok's own API, and why it cannot work."""
        if line.startswith("ERROR:"):
            return _complaint(line.removeprefix("ERROR:").strip(), final=True)
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            return Told()
        return _of_entry(entry) if isinstance(entry, dict) else Told()

    def check_of(self, url: str) -> str | None:
        """Leave it to the output, which says where."""
        return None

    def connected(self, answer: Answer) -> bool:
        """Read the list of tunnels that are up."""
        try:
            return answer.status == 200 and bool(json.loads(answer.body)["tunnels"])
        except (ValueError, KeyError, TypeError):
            return False


def _of_entry(entry: dict[str, object]) -> Told:
    message, level, error = (str(entry.get(key, "")) for key in ("msg", "lvl", "err"))
    if message == "started tunnel" and (url := _URL.fullmatch(str(entry.get("url")))):
        return Told(url=url[0].rstrip("/"))
    if message == "starting web service" and (address := _WEB.fullmatch(str(entry.get("addr")))):
        return Told(check=f"http://{address[0]}/api/tunnels")
    if level in ("eror", "crit") and error not in ("", "<nil>"):
        return _complaint(error, final=level == "crit")
    return Told()


def _complaint(error: str, *, final: bool) -> Told:
    """Say it in our words where we know better: ngrok's own may hold the token."""
    code = _CODE.search(error)
    if code and code[1] in _KNOWN:
        return Told(hopeless=_KNOWN[code[1]])
    words = next((line.strip() for line in error.splitlines() if line.strip()), "")
    if code and final:
        return Told(hopeless=f"ngrok cannot start: {words} See https://ngrok.com/docs/errors/{code[0].lower()}")
    if final and ("unknown flag" in error or "not defined" in error):
        return Told(hopeless="This ngrok does not know Pilot's options. Install version 3 or later.")
    return Told(words=words) if words and not words.startswith("http") else Told()
