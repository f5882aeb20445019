#!/bin/bash
# Packs what a machine with a GPU needs into pieces: the trainer, node with the picture generator, fonts and words, real sets.
#   pack.sh --out DIR --packages DIR [--photos DIR] [--real DIR] [--reserved FILE] [--set NAME]... [--piece-mib 56]
# --packages: .deb files of fonts and words (apt-get download; the list is in synthetic/drawing/fonts.ts and word-lists.ts).
# --real: a folder of sets in ICDAR2015 layout; --set limits it to those named.
# Run in the project's root after `npm ci`. On the other side: gpu/run.sh (it travels in the first piece, and loose in --out).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); root=$(cd "$here/../.." && pwd)
out= packages= photos= real= reserved= mib=56 sets=()
while [ $# -gt 0 ]; do case $1 in
  --out) out=$2;; --packages) packages=$2;; --photos) photos=$2;; --real) real=$2;; --reserved) reserved=$2;;
  --set) sets+=("$2");; --piece-mib) mib=$2;; *) echo "unknown option $1" >&2; exit 2;; esac; shift 2; done
[ -n "$out" ] && [ -n "$packages" ] || { sed -n 2,8p "$0"; exit 2; }
mkdir -p "$out"; tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
pack() {  # name, folder: tar.xz in parts
  rm -f "$out/kit-$1.tar.xz".*
  tar -C "$2" -c . | xz -T0 -6 | split -b "${mib}m" -d -a 2 - "$out/kit-$1.tar.xz."
}
mkdir -p "$tmp/code/kit"; cp -r "$here/../torch" "$here/run.sh" "$tmp/code/kit/"; cp "$here/run.sh" "$out/"
find "$tmp/code" \( -name __pycache__ -o -name 'libkit_*.so' \) -prune -exec rm -rf {} +
if command -v nvcc >/dev/null; then nvcc -O3 -arch="${KIT_ARCH:-sm_90}" -shared -Xcompiler -fPIC,-fopenmp -o "$tmp/code/kit/torch/libkit_cuda.so" "$here/../torch/kernels.cu"; fi
pack code "$tmp/code"

mkdir -p "$tmp/node/node/node_modules/@napi-rs"
cp "$(readlink -f "$(command -v node)")" "$tmp/node/node/node"; strip "$tmp/node/node/node" 2>/dev/null || true
for p in "$root"/node_modules/@napi-rs/canvas*; do cp -rL "$p" "$tmp/node/node/node_modules/@napi-rs/"; done
# sharp and others are not reached by the generator: only the canvas stays outside the bundle.
"$root/node_modules/.bin/esbuild" "$here/../write-shards.ts" --bundle --platform=node --format=esm --external:@napi-rs/canvas --outfile="$tmp/node/node/write-shards.mjs"
pack node "$tmp/node"

mkdir -p "$tmp/ex" "$tmp/assets/assets"
for d in "$packages"/*.deb; do dpkg -x "$d" "$tmp/ex/$(basename "$d" | cut -d_ -f1)"; done
"${KIT_PYTHON:-python3}" "$here/subset_fonts.py" --packages "$tmp/ex" --out "$tmp/assets/assets"
[ -z "$photos" ] || { mkdir -p "$tmp/assets/assets/photos"; cp "$photos"/* "$tmp/assets/assets/photos/"; }
pack assets "$tmp/assets"

if [ -n "$real" ]; then
  mkdir -p "$tmp/real/real"
  if [ ${#sets[@]} -eq 0 ]; then for d in "$real"/*/; do [ -e "$d/train_list.txt" ] && sets+=("$(basename "$d")"); done; fi
  for s in "${sets[@]}"; do cp -rL "$real/$s" "$tmp/real/real/"; done
  [ -z "$reserved" ] || cp "$reserved" "$tmp/real/real/reserved.txt"
  pack real "$tmp/real"
fi
(cd "$out" && sha256sum kit-*.tar.xz.* > MANIFEST.sha256 && ls -l kit-* | awk '{s+=$5; printf "%-28s %8.2f MiB\n", $NF, $5/1048576} END {printf "all: %.1f MiB in %d pieces\n", s/1048576, NR}')
