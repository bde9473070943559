#!/usr/bin/env bash
# Renews the pinned dependencies. The locks name no package index: pip uses whichever it is set up for.
set -euo pipefail
cd "$(dirname "$0")/.."

lock() {
  local output=$1; shift
  uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
    --upgrade --output-file "$output" "$@"
}

lock requirements.lock pyproject.toml
lock requirements-dev.lock pyproject.toml --extra dev
printf 'hatchling\neditables\n' | lock requirements-build.lock -
