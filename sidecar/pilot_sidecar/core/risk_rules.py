r"""What tells, in the words of an ask, what it may touch. Written once: ``make codegen`` makes the page's copy of it.

The expressions mean the same in Python (with ASCII) and in JavaScript: no named groups, ``END`` instead of ``$``, and
repetitions have bounds, since both languages try all ways to match. ``\s`` differs: texts are made plain before.
"""

from dataclasses import dataclass

LONGEST = 20_000
"""Characters that are looked at."""

END = r"(?![\s\S])"
ODD_SPACES = r"[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
"""Spaces for JavaScript, not for Python; for both they are plain ones here."""

_FLAGS = r"(?:-\S+\s+(?:[^\s-]\S*\s+)?){0,6}"
_FEW = _FLAGS.replace(r"\s+", r"\s{1,8}")
"""The same before what may begin with spaces itself: the two would try every way to share them."""
_BEGIN = (
    r"""(?:^|[\n;&|({"'`]|\$\(|\b(?:sudo|doas|xargs|exec|time|env|nohup|then|do|else)\s{1,8}""" + _FEW + ")"
    r"[ \t]{0,200}(?:\S{0,200}/)?"
)
_GIT = rf"\bgit\s+{_FLAGS}"


@dataclass(frozen=True, slots=True)
class Fit:
    """An expression that tells; ``any_case``: whichever case its letters have."""

    source: str
    any_case: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What an ask may do when one of these is found in its words; ``words`` go on after "May"."""

    id: str
    words: str
    high: bool
    """Not to be allowed in a notice, where only a line is seen."""
    fits: tuple[Fit, ...] = ()


def _command(names: str) -> Fit:
    """Return what finds a command at its beginning, after a pipe, in brackets."""
    return Fit(rf"""{_BEGIN}(?:{names})(?={END}|[\s;&|)}}`"'])""", any_case=True)


def _any_case(source: str) -> Fit:
    return Fit(source, any_case=True)


SECRET_FILES = (
    _any_case(r"""(?:^|[\s"'=:/\\@])\.(?:env|netrc|npmrc|pypirc|pgpass|git-credentials|vault-token)\b"""),
    _any_case(
        r"""(?:^|[\s"'=/\\~])\.(?:ssh|aws|gnupg|kube|docker|azure|config/gcloud|password-store)"""
        rf"""(?:[/\\\s"']|{END})"""
    ),
    _any_case(r"\bid_(?:rsa|dsa|ecdsa|ed25519)\b|\.(?:pem|p12|pfx|kdbx|keystore|jks)\b"),
    _any_case(r"/etc/(?:shadow|sudoers)|\bkeychain\b|\bcredentials?\b|\bsecrets?\b"),
)

RULES = (
    Rule(
        "deletes",
        "delete files",
        True,
        (
            _command(r"rm|rmdir|unlink|shred|srm|del|erase|rd|remove-item|trash|wipefs|mkfs(?:\.\w+)?|dropdb"),
            Fit(r"\bfind\b[^\n|;]{0,400}\s-delete\b"),
            Fit(r"\bfind\b[^\n|;]{0,400}-exec\s+(?:\S{0,200}/)?rm\b"),
            Fit(_GIT + r"clean\b"),
            Fit(r"\brsync\b[^\n|;]{0,400}--delete"),
            Fit(r"\bdd\b[^\n|;]{0,400}\bof="),
            _any_case(r"\bdrop\s+(?:table|database|schema)\b"),
            Fit(r"\b(?:rmtree|rmSync|unlinkSync|os\.remove|os\.unlink|fs\.rm)\b"),
            Fit(r"\bdocker\s+(?:system|volume|image|container)\s+(?:prune|rm)\b"),
        ),
    ),
    Rule(
        "discards",
        "throw away changes",
        True,
        (
            Fit(_GIT + r"reset\b[^\n;|]{0,400}--(?:hard|merge)\b"),
            Fit(_GIT + rf"checkout\b[^\n;|]{{0,400}}(?:\s--(?:\s|{END})|\s\.(?:\s|{END})|\s(?:-f|--force)\b)"),
            Fit(_GIT + r"restore\b"),
            Fit(_GIT + r"stash\s+(?:drop|clear)\b"),
            Fit(_GIT + r"branch\b[^\n;|]{0,400}\s-D\b"),
            _command("truncate"),
        ),
    ),
    Rule(
        "force-push",
        "overwrite what others pushed",
        True,
        (
            Fit(
                _GIT + r"push\b[^\n;|]{0,400}"
                r"(?:\s-[a-zA-Z]*f\b|\s--force\b|--force-with-lease|--mirror|--delete|\s-d\b|\s\+\S)"
            ),
        ),
    ),
    Rule(
        "shell",
        "run code that is not shown here",
        True,
        (
            _any_case(
                rf"\|\s*(?:sudo\s+{_FLAGS})?(?:\S{{0,200}}/)?"
                r"(?:(?:ba|z|da|k|c|fi)?sh|python[\d.]*|node|perl|ruby|php|pwsh|powershell|iex)\b"
            ),
            Fit(rf"\b(?:ba|z|da|k)?sh\s+{_FLAGS}<\s*\("),
            Fit(r"""(?:^|[\s;&|])(?:eval|source|\.)\s+["']?(?:\$\(|`|<\()"""),
            _any_case(r"\b(?:base64\s+(?:-\w{0,40}d\w{0,40}|--decode)|xxd\s+-r)\b[^\n]{0,400}\|"),
            Fit(r"""\b(?:ba|z|da|k)?sh\s+-c\s+["']?(?:\$\(|`)"""),
            _any_case(r"\b(?:invoke-expression|iex)\b"),
            _any_case(r"-enc(?:odedcommand)?\s+[a-z0-9+/=]{16,}"),
            Fit(r"(?:^|[\n;&|])[ \t]{0,8}(?:\$\(|`)"),
            Fit(r"\b(?:deno|bun|node)\s+(?:run\s+)?(?:-\S+\s+){0,6}https?://"),
            Fit(
                r"\b(?:python[\d.]*|node|perl|ruby|php)\s+(?:-\S+\s+){0,6}-[a-zA-Z]*[cer]\b[^\n]{0,400}"
                r"\b(?:exec|eval|fromhex|b64decode|atob|compile|__import__|unpack|getattr)\b"
            ),
        ),
    ),
    Rule(
        "sudo",
        "use administrator rights",
        True,
        (_command("sudo|doas|su|pkexec|runas"), _any_case(r"\b-verb\s+runas\b")),
    ),
    Rule(
        "network",
        "use the network",
        False,
        (
            _command("curl|wget|nslookup|dig|ping|aria2c|gh|invoke-webrequest|iwr"),
            _any_case(r"\b(?:https?|ftp|ssh|wss?)://"),
            Fit(_GIT + r"(?:pull|fetch|clone|ls-remote|submodule\s+update)\b"),
            Fit(r"\b(?:npm|pnpm|yarn|bun)\s+audit\b"),
            Fit(r"\b(?:docker|podman)\s+pull\b"),
        ),
    ),
    Rule(  # what goes out to others, or comes from them and runs at once
        "network",
        "use the network",
        True,
        (
            _command("ssh|scp|sftp|ftp|telnet|nc|ncat|netcat|socat|aws|gcloud|az"),
            _command("npx|pnpx|bunx|uvx|pipx"),
            Fit(_GIT + r"push\b"),
            Fit(r"\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|ci|add|update|upgrade|publish|dlx|create|audit\s+fix)\b"),
            Fit(r"\b(?:npm|bun)\s+(?:exec|x|init)\b"),
            Fit(_BEGIN + r"(?:curl|wget|dig|nslookup|ping|aria2c|gh)\s[^\n;|]{0,400}[$`]"),
            Fit(
                r"\b(?:pip[\d.]*|uv|poetry|conda|gem|cargo|go|composer|brew|apt(?:-get)?|dnf|yum|apk|pacman)\s+"
                + _FLAGS
                + r"(?:pip\s+)?(?:i|install|add|get|update|upgrade|download|sync|publish|fetch)\b"
            ),
            Fit(r"\b(?:docker|podman)\s+(?:push|login|build|run)\b"),
            Fit(r"\brsync\b[^\n]{0,400}\s\S+:\S"),
            Fit(
                _BEGIN + r"(?:curl|wget)\s(?:[^\n;|]{0,400}\s)?(?:-[a-zA-Z]*[dFTXoOKu]|"
                r"--(?:data|form|json|upload|request|output|remote-name|config|post|body|method|header|user))"
            ),
            Fit(_BEGIN + r"gh\s+(?:api|auth|secret|repo|gist|workflow|run|ssh-key|gpg-key|variable|issue)\b"),
        ),
    ),
    Rule(
        "publishes",
        "publish or deploy",
        True,
        (
            Fit(r"\b(?:npm|pnpm|yarn|cargo|poetry|uv)\s+publish\b"),
            Fit(r"\btwine\s+upload\b"),
            Fit(r"\b(?:docker|podman)\s+push\b"),
            Fit(r"\bgh\s+(?:release|pr)\s+(?:create|merge)\b"),
            Fit(r"\bterraform\s+(?:apply|destroy)\b"),
            Fit(r"\bkubectl\s+(?:apply|delete|scale|rollout)\b"),
            Fit(r"\bhelm\s+(?:install|upgrade|uninstall)\b"),
            Fit(r"\b(?:vercel|netlify|fly|heroku|firebase)\s+\S*(?:deploy|push|release)\b"),
        ),
    ),
    Rule(
        "secrets",
        "touch secrets",
        True,
        (
            *SECRET_FILES,
            Fit(r"\b[A-Z][A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY)\b"),
            _command("printenv|security|pass|gpg"),
            Fit(rf"(?:^|[\n;&|])[ \t]*env[ \t]*(?:{END}|[\n;&|>])"),
        ),
    ),
    Rule(
        "rights",
        "change who may read or run files",
        True,
        (_command("chmod|chown|chgrp|setfacl|chattr|icacls|takeown|setcap|visudo|usermod|useradd|passwd"),),
    ),
    Rule(
        "programs",
        "stop programs or the machine",
        True,
        (
            _command("kill|pkill|killall|taskkill|stop-process|shutdown|reboot|halt|poweroff"),
            Fit(
                r"\b(?:systemctl|service|launchctl|docker|podman)\s+(?:\S+\s+)?"
                r"(?:stop|kill|disable|restart|mask|unload)\b"
            ),
        ),
    ),
)
"""By their words."""

DELETES = RULES[0]
NETWORK = next(rule for rule in RULES if rule.id == "network")
SECRETS = next(rule for rule in RULES if rule.id == "secrets")
OUTSIDE = Rule("outside", "reach outside the project", True)
LATER = Rule("later", "change what runs by itself later", True)
LONG = Rule("long", "do more than is told here: it is very long", True)
UNSEEN = Rule("unseen", "hide something: it has characters that are not seen", True)
LOOK_ALIKES = Rule("look-alikes", "not be what it looks like: it mixes alphabets", True)
OTHERS = (OUTSIDE, LATER, LONG, UNSEEN, LOOK_ALIKES)
"""By something else than its words."""

RUNS_LATER = (
    r"(?:^|[/\\])(?:\.git[/\\]hooks[/\\]|\.github[/\\]workflows[/\\]|\.husky[/\\]|\.gitlab-ci\.yml"
    rf"|\.envrc{END}|\.(?:bash|zsh)(?:rc|_profile|env){END}|\.profile{END}|crontab|authorized_keys{END}"
    r"|\.vscode[/\\]tasks\.json" + END + ")"
)
"""Paths whose text runs later, by itself."""
