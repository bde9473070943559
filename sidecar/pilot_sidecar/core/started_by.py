"""Programs that people, their desktop or their system start, and that are nobody's children while they run."""

from pilot_sidecar.infra.ancestry import Process, command_line, program

_BROWSERS = """
    firefox firefox-bin firefox-esr librewolf zen zen-bin waterfox floorp chrome google-chrome chromium chromium-browser
    msedge microsoft-edge brave brave-browser opera vivaldi vivaldi-bin epiphany konqueror falkon safari
    com.apple.webkit.networking arc orion
"""
_EDITORS = """
    code code-insiders code-oss codium vscodium cursor windsurf positron theia code-server openvscode-server electron
    zed zed-editor sublime_text emacs gvim nvim neovide kate idea pycharm webstorm goland clion rider rubymine phpstorm
"""
_WAYS_IN = """
    sshd sshd-session login mosh-server gnome-terminal-server konsole xterm alacritty kitty ghostty foot wezterm-gui
    terminal iterm2 iterm2server tilix terminator xfce4-terminal ptyxis ptyxis-agent screen tmux zellij dtach
"""
_NAMES = frozenset(f"{_BROWSERS} {_EDITORS} {_WAYS_IN}".split())
_BEGINNINGS = ("google chrome", "microsoft edge", "brave browser", "firefox", "code helper", "cursor helper", "tmux:")
_EDITOR_WORDS = ("vscode-server", "code-server", "server-main.js", "--type=extensionHost", "bootstrap-fork")
"""What an editor's server or extension host is started with; its program is Node's."""


def people_start(process: Process) -> bool:
    """Tell whether this looks like what a person starts. Names can be made up: it is no proof."""
    names = {process.name.lower(), program(process.pid).replace("\\", "/").rpartition("/")[2].lower()}
    if names & _NAMES or any(name.startswith(_BEGINNINGS) for name in names):
        return True
    if not any(name.startswith(("node", "sh", "code")) for name in names):
        return False
    words = command_line(process.pid)
    return any(word in words for word in _EDITOR_WORDS)
