#!/usr/bin/env bash
# The browser tests need a Chromium and fonts with Chinese characters. Debian's packages are installed where that is
# allowed; otherwise this says which line to run.
set -euo pipefail
missing=()
[[ -n "${CHROMIUM_PATH:-}" ]] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
if command -v fc-list >/dev/null && [[ -n "$(fc-list :lang=zh 2>/dev/null | head -1)" ]]; then :; else missing+=(fontconfig fonts-noto-cjk); fi
[[ ${#missing[@]} -eq 0 ]] && exit 0
line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if [[ "$(id -u)" -eq 0 ]] && command -v apt-get >/dev/null; then
  echo "Installing for the browser tests: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
fi
echo "The browser tests need: ${missing[*]}. Run: sudo sh -c '$line'" >&2
exit 1
