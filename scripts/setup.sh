#!/usr/bin/env bash
# Prepares one part of the checkout: setup.sh python <lock> | node | system
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }
fail() { say "$1"; exit 1; }

# As root on Debian, installs packages; otherwise says how.
install() {
  local why=$1; shift
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    say "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
      { apt-get update >/dev/null && apt-get install -y --no-install-recommends "$@" >/dev/null; }
  else
    fail "$why On Debian: sudo apt-get install $*"
  fi
}

python() {
  local lock=$1 python=${PYTHON:-python3}
  command -v "$python" >/dev/null || install "Python 3.11 or newer is needed." python3 python3-venv
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed; $("$python" --version) was found. Set PYTHON=/path/to/python3.11"
  "$python" -c 'import ensurepip' 2>/dev/null || install "Python's venv module is missing." python3-venv
  [[ -x .venv/bin/python ]] || "$python" -m venv .venv
  local pip=(.venv/bin/python -m pip --disable-pip-version-check --quiet)
  # Old pips run a package's setup.py where there is no wheel of it: with a warning, and without a record of its files.
  "${pip[@]}" install --use-pep517 --require-hashes -r requirements-build.lock -r "$lock"
  "${pip[@]}" install --no-deps --no-build-isolation --editable .
}

node() {
  command -v npm >/dev/null || install "Node 20 or newer is needed." nodejs npm
  command node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' ||
    fail "Node 20 or newer is needed; $(command node --version) was found."
  npm ci --no-fund --no-audit --loglevel=error
}

system() {
  local missing=()
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    missing+=(chromium)
  command -v tmux >/dev/null || missing+=(tmux)
  if ((${#missing[@]})); then install "The browser and terminal tests need ${missing[*]}." "${missing[@]}"; fi
}

"$@"
