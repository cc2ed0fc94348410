#!/bin/sh
# Runs the pm command with a Node that runs TypeScript: the one under .tools if there is one, else the machine's if it is 24 or newer.
self=$(readlink -f "$0" 2>/dev/null || echo "$0")
home=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd)
node="$home/.tools/node_modules/.bin/node"
if [ ! -x "$node" ]; then
  node=node
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
  if [ "$major" -lt 24 ]; then
    echo "pm needs Node 24 or newer and found ${major#0}. Next: make install" >&2
    exit 1
  fi
fi
if [ ! -d "$home/node_modules" ]; then
  echo "The dependencies are not installed. Next: make install" >&2
  exit 1
fi
# Node keeps what it compiled, so that each command starts in half the time.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$home/node_modules/.cache/node}"
exec "$node" --disable-warning=ExperimentalWarning "$home/packages/pm-mlops/src/cli/main.ts" "$@"
