"""Examples of how commands are used, as their help shows them; a test reads each with the parser."""

Example = tuple[str, str]

EXAMPLES: dict[str, tuple[Example, ...]] = {
    "init": (
        ("pilot init", "every agent that is found"),
        ("pilot init opencode", "one of them"),
        ("pilot init --yes", "without questions, for scripts"),
    ),
    "up": (
        ("pilot up", "here, until Ctrl-C"),
        ("pilot up --detach", "in the background"),
        ("pilot up --port 0 --no-open", "at any free port, without a browser"),
    ),
    "open": (
        ("pilot open", "in the browser of this machine"),
        ("pilot open --print", "only the link, good once"),
    ),
    "status": (
        ("pilot status", "for people; exit code 1 if no hub runs"),
        ("pilot status --json", "for scripts"),
    ),
    "doctor": (
        ("pilot doctor", "exit code 1 if something does not work"),
        ("pilot doctor --json", "for scripts"),
        ("pilot doctor --canary", "with a real turn of each agent, without any account"),
    ),
    "stop": (("pilot stop", "also one that hangs"),),
    "demo": (("pilot demo", "in the hub that runs, or in one of its own"),),
    "asks": (
        ("pilot asks", "what waits"),
        ("pilot asks list --watch", "what waits, and what comes"),
        ("pilot asks show 7f3a", "all of one; the beginning of the id will do"),
        ("pilot asks approve 7f3a 81c0", "allow these two, once"),
        ("pilot asks approve --always 7f3a", "also from now on"),
        ('pilot asks deny 7f3a -m "use pnpm"', "refuse, and say what to do instead"),
        ("pilot asks answer 7f3a Postgres", "answer a question"),
        ("pilot asks release 7f3a", "leave it to the agent's own terminal"),
    ),
    "sessions": (
        ("pilot sessions", "what goes on"),
        ("pilot sessions --all --agent codex", "Codex's, also those that ended"),
        ("pilot sessions --project .", "those of this folder"),
        ("pilot sessions show 01ab -n 5", "the last five messages"),
        ("pilot sessions abort 01ab", "stop what it is doing"),
        ("pilot sessions archive 01ab", "put it away"),
    ),
    "send": (
        ('pilot send 01ab "run the tests"', "to a session, by its id or title"),
        ('pilot send --new codex "fix the build"', "start one, in this folder"),
        ("pilot send 01ab --wait - < task.md", "from a file; print the answer"),
        ('pilot send 01ab --key nightly-7 "go on"', "sent again, it is not done again"),
    ),
    "export": (
        ("pilot export 01ab", "as Markdown, to standard output"),
        ("pilot export 01ab -o session.md", "to a file"),
        ("pilot export 01ab --format json", "with everything in it"),
    ),
    "pair": (
        ("pilot pair", "show a QR code for a phone"),
        ("pilot pair --role view --for 2h", "for somebody who only looks, and not long"),
        ("pilot pair --confirm", "answer devices that wait for a yes"),
    ),
    "devices": (
        ("pilot devices", "who may come in"),
        ("pilot devices role phone view", "it may only look from now on"),
        ("pilot devices revoke phone", "cut it off"),
    ),
    "tunnel": (
        ("pilot tunnel", "how it is"),
        ("pilot tunnel start cloudflared", "open it"),
        ("pilot tunnel stop", "close it"),
    ),
    "token": (
        ("pilot token rotate", "after asking"),
        ("pilot token rotate --devices --yes", "cut off everything, at once"),
    ),
    "service": (
        ("pilot service install", "start the hub at login, and now"),
        ("pilot service status", "whether it does"),
        ("pilot service remove", "it does no longer"),
    ),
    "logs": (
        ("pilot logs -n 200", "the last 200 lines"),
        ("pilot logs -f", "and what comes; Ctrl-C ends it"),
    ),
    "audit": (
        ("pilot audit show --since 2d", "of the last two days"),
        ("pilot audit show --action ask", "what was asked and decided"),
        ("pilot audit verify", "whether it is whole"),
        ("pilot audit export --format csv audit.csv", "as a table"),
    ),
    "uninstall": (
        ("pilot uninstall codex", "disconnect one agent"),
        ("pilot uninstall --keep-config", "all of it but the settings"),
    ),
    "lsp": (("pilot lsp --stdio", "what an editor starts"),),
    "completion": (
        ('eval "$(pilot completion bash)"', "in ~/.bashrc"),
        ("pilot completion zsh > ~/.zfunc/_pilot", "with ~/.zfunc in fpath"),
        ("pilot completion fish > ~/.config/fish/completions/pilot.fish", "for fish"),
    ),
    "help": (("pilot help asks approve", "how a part of a command is used"),),
}
