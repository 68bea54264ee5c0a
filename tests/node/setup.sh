#!/usr/bin/env bash
# Puts the Node clients that the end-to-end tests run into target/node-clients. Quick when nothing has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

package=tests/node/package.json
folder=target/node-clients
installed=$folder/installed.json
# What runs the scripts: a link to the machine's own Node if it is new enough, else to one that is installed here.
node=$folder/node
# What `engines` of the package says.
node_min=20
node_here=22.20.0

is_new_enough() {
  "$1" -e "process.exit(process.versions.node.split('.')[0] >= $node_min ? 0 : 1)" 2>/dev/null
}

if cmp --silent "$package" "$installed" && is_new_enough "$node"; then
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
echo '==> Installing the Node clients for the tests'
rm -rf "$folder"
mkdir -p "$folder"
cp "$package" "$folder/package.json"
install() {
  npm install --prefix "$folder" --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error "$@" </dev/null
}
install || give_up 'error: the Node clients cannot be installed'
if is_new_enough node; then
  ln -s "$(command -v node)" "$node"
else
  # The package of the program itself has one for each kind of machine.
  case "$(uname -m)" in
    x86_64) machine=linux-x64 ;;
    aarch64) machine=linux-arm64 ;;
    *) give_up "error: Node $node_min or newer is missing. Install it" ;;
  esac
  install --no-save "node-$machine@$node_here" || give_up "error: Node $node_here cannot be installed"
  ln -s "node_modules/node-$machine/bin/node" "$node"
  is_new_enough "$node" || give_up "error: Node $node_here does not run on this machine"
fi
cp "$package" "$installed"
