#!/usr/bin/env bash
# Everything a user or the CI needs to know that the project works: static checks, unit and integration tests, the
# browser tests against the real server and workers. The last line is the sum over all runners. OCR_REQUIRE_ALL=1: a skipped test fails.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export NEXT_TELEMETRY_DISABLED=1 CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1 ONNXRUNTIME_NODE_INSTALL=skip
export OCR_DATA="${OCR_DATA:-../shared/data}"

bash scripts/prepare.sh || exit 1
bash scripts/browser.sh || exit 1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export TEST_RESULTS="$results"

# name, then the command; its exit status is one test of the sum.
check() {
  local name=$1
  shift
  echo
  echo "== $name"
  "$@"
  echo "$? $name" >>"$results/checks"
}
check 'format and lint' npx --no-install biome check .
check 'types' npx --no-install tsc --noEmit
check 'nothing unused' npx --no-install knip --no-progress --no-config-hints
check 'rooms open one way' node scripts/rooms.mjs
check 'migrations match the schema' npx --no-install tsx scripts/migration.ts --check
check 'documents show the figures of bench/results' npx --no-install tsx scripts/benchmarks.ts --check
check 'lockfile installs on every platform' npm ci --dry-run --silent

echo
echo '== unit and integration tests'
npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$results/vitest.json"
echo "$?" >"$results/vitest.status"

echo
echo '== browser tests'
PLAYWRIGHT_JSON_OUTPUT_NAME="$results/playwright.json" npx --no-install playwright test --reporter=list,json
echo "$?" >"$results/playwright.status"

echo
node scripts/sum-tests.mjs "$results"
