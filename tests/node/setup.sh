#!/usr/bin/env bash
# Puts the Node clients that the end-to-end tests run into target/node-clients. Quick when nothing has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

package=tests/node/package.json
folder=target/node-clients
installed=$folder/installed.json
# What `engines` of the package says.
node_min=20

has_node() {
  command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$node_min" ]
}

if cmp --silent "$package" "$installed" && has_node; then
  exit 0
fi

# Without the clients their tests are skipped, which CI does not accept.
give_up() {
  echo "$1" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
  echo 'SKIPPED: the tests with Node clients will not run' >&2
  exit 0
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ "${#missing[@]}" -gt 0 ] && command -v apt-get >/dev/null; then
  echo "==> Installing ${missing[*]}"
  { as_root apt-get update -qq && as_root apt-get install -qq -y --no-install-recommends "${missing[@]}"; } </dev/null || true
fi
command -v npm >/dev/null || give_up 'error: npm is missing. Install it, on Debian: apt-get install nodejs npm'
has_node || give_up "error: Node $node_min or newer is missing. Install it, on Debian 13: apt-get install nodejs"

echo '==> Installing the Node clients for the tests'
rm -rf "$folder"
mkdir -p "$folder"
cp "$package" "$folder/package.json"
npm install --prefix "$folder" --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error </dev/null ||
  give_up 'error: the Node clients cannot be installed'
cp "$package" "$installed"
