#!/usr/bin/env bash
# Installs, builds and serves the app; each step runs only when its inputs changed. Options go to the server
# (--host 127.0.0.1, --port 7860, --open).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1
bash scripts/prepare.sh
exec node --enable-source-maps dist/server.js "$@"
