#!/usr/bin/env bash
# Puts the Python clients that the end-to-end tests run into target/python-clients. Quick when nothing has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

requirements=tests/python/requirements.txt
folder=target/python-clients
installed=$folder/installed.txt

if cmp --silent "$requirements" "$installed" && "$folder/bin/python" -c '' 2>/dev/null; then
  exit 0
fi

# Without the clients their tests are skipped, which CI does not accept.
give_up() {
  echo "$1" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
  echo 'SKIPPED: the tests with Python clients will not run' >&2
  exit 0
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

has_python() {
  python3 -c 'import ensurepip, venv' 2>/dev/null
}

if ! has_python && command -v apt-get >/dev/null; then
  echo '==> Installing Python with venv'
  { as_root apt-get update -qq && as_root apt-get install -qq -y --no-install-recommends python3 python3-venv; } </dev/null || true
fi
has_python || give_up 'error: Python 3 with venv is missing. Install it, on Debian: apt-get install python3-venv'

echo '==> Installing the Python clients for the tests'
rm -rf "$folder"
mkdir -p target
python3 -m venv "$folder" || give_up 'error: the virtual environment cannot be made'
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements" ||
  give_up 'error: the Python clients cannot be installed'
cp "$requirements" "$installed"
