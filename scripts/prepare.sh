#!/usr/bin/env bash
# Installs the packages and builds, each only when its inputs changed. Used by start_app.sh and test.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export NEXT_TELEMETRY_DISABLED=1 CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1 ONNXRUNTIME_NODE_INSTALL=skip

command -v node >/dev/null || { echo 'Node.js 20.19 or newer is needed: install it, then run this again.' >&2; exit 1; }
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  { echo "Node.js 20.19 or newer is needed; this is $(node -v)." >&2; exit 1; }

stamp() { { node -p 'process.versions.modules + process.platform + process.arch'; cat "$@"; } | sha256sum | cut -d' ' -f1; }

# A project folder that may not be written (an image, another user's) is served with the build that is there.
if ! { mkdir -p .stamps && touch .stamps/lock; } 2>/dev/null; then
  if [[ -d node_modules && -f .next/BUILD_ID && -f dist/server.js ]]; then
    echo 'The project folder may not be written: the build that is there is used as it is.' >&2
    exit 0
  fi
  echo "The project folder may not be written, and it is not built yet: run 'bash scripts/prepare.sh' as its owner first ($PWD)." >&2
  exit 1
fi
exec 9>.stamps/lock
command -v flock >/dev/null && flock 9 # two starts at once: the second waits here, then finds everything done

deps=$(stamp package.json package-lock.json .npmrc)
if [[ ! -d node_modules || "$(cat .stamps/deps 2>/dev/null)" != "$deps" ]]; then
  echo 'Installing packages (the first time takes a few minutes) ...'
  # NODE_ENV=production would leave out the compiler.
  npm ci --include=dev --no-audit --no-fund --loglevel=error
  echo "$deps" >.stamps/deps
fi

mapfile -t sources < <(find app cli detector examples/browser prisma server scripts synthetic -type f \( -name '*.js' -o -name '*.ts' -o -name '*.tsx' -o -name '*.mjs' -o -name '*.css' -o -name '*.prisma' \) ! -name '*.test.ts' 2>/dev/null | LC_ALL=C sort)
build=$(stamp "${sources[@]}" next.config.ts postcss.config.mjs tsconfig.json package-lock.json)
if [[ ! -f .next/BUILD_ID || ! -f dist/server.js || "$(cat .stamps/build 2>/dev/null)" != "$build" ]]; then
  echo 'Building ...'
  npm run --silent build
  echo "$build" >.stamps/build
fi
