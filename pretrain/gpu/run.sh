#!/bin/bash
# The other side. Every command ends well within 10 minutes; generators and trainer are daemons (own process session) that live
# on between commands. Work folder: $KIT_WORK (default below). Python with torch: $KIT_PYTHON (default python3).
#   receive DIR            copy the pieces found in DIR (call once per carried piece)
#   real DIR               copy a folder of sets in ICDAR2015 layout (and reserved.txt) instead of a packed one
#   unpack                 join and unpack what came, self-check
#   generate [N]           start N generators (default: cores - 4)
#   train [OPTIONS]        start (or resume) the trainer as a daemon; OPTIONS go to train.py, e.g. --minutes 18 --compile
#   train-here MIN [OPT]   the same in the foreground, leaving after MIN minutes with the state saved
#   watch MIN              show progress for MIN minutes (returns early when training ends)
#   results DIR [half]     final files into DIR: fp32 parts (or fp16 with "half"), report.tar.gz, predictions.jpg
#   stop                   stop all
set -uo pipefail
W=${KIT_WORK:-$HOME/kit-work}; PY=${KIT_PYTHON:-python3}; K=$W/kit; RUN=$W/run
mkdir -p "$W/pieces" "$RUN"
real_args() {  # all sets that came; word-level sets are joined to lines; sets with a different notion of text stay out
  for d in "$W"/real/*/; do n=$(basename "$d"); case $n in school-maths) continue;; icdar2015*|documents*) echo "${d%/}:words";; *) echo "${d%/}";; esac; done 2>/dev/null
}
val_args() { for d in $(real_args); do case $d in *receipts-phone*) ;; *) [ -e "${d%:words}/test_list.txt" ] && echo "$d";; esac; done; }
trainer() {
  local real val; mapfile -t real < <(real_args); mapfile -t val < <(val_args)
  local reserved=(); [ -e "$W/real/reserved.txt" ] && reserved=(--reserved "$W/real/reserved.txt")
  local r=(); [ ${#real[@]} -gt 0 ] && r+=(--real "${real[@]}"); [ ${#val[@]} -gt 0 ] && r+=(--val "${val[@]}")
  if [ -e "$RUN/pid" ] && kill -0 "$(cat "$RUN/pid")" 2>/dev/null; then echo "a trainer is running already (stop it first)" >&2; exit 1; fi
  echo "$BASHPID" > "$RUN/pid"
  exec env PYTHONUNBUFFERED=1 OMP_NUM_THREADS="${KIT_THREADS:-4}" "$PY" "$K/torch/train.py" --out "$RUN" --shards "$W/shards" "${r[@]}" "${reserved[@]}" "$@"
}
case ${1:-} in
receive) cp "$2"/kit-*.tar.xz.* "$W/pieces/" && ls -l "$W/pieces";;
real) mkdir -p "$W/real" && cp -rL "$2"/. "$W/real/" && ls "$W/real";;
unpack)
  cd "$W" || exit 1
  for g in $(ls pieces | sed 's/\.tar\.xz\..*//' | sort -u); do
    [ -e "pieces/$g.done" ] && continue
    if command -v xz >/dev/null; then cat "pieces/$g.tar.xz".[0-9]* | xz -dc -T0 | tar -x; else cat "pieces/$g.tar.xz".[0-9]* | "$PY" -c 'import sys,tarfile; tarfile.open(fileobj=sys.stdin.buffer,mode="r|xz").extractall(".")'; fi && touch "pieces/$g.done" && echo "unpacked $g"
  done
  chmod +x node/node 2>/dev/null; nproc; df -h "$W" | tail -1
  node/node -e 'console.log("node", process.version)' || echo "node: NOT WORKING"
  node/node node/write-shards.mjs --assets assets --photographs assets/photos --out check --count 24 --seed 5 || echo "generator: NOT WORKING"
  "$PY" - "$K/torch" <<'P'
import sys, time; sys.path.insert(0, sys.argv[1])
import torch, cv2, numpy
print('torch', torch.__version__, 'cv2', cv2.__version__, 'numpy', numpy.__version__, 'cuda', torch.cuda.is_available(), torch.cuda.get_device_name() if torch.cuda.is_available() else '')
import kernels
for kind in ['cpu'] + (['cuda'] if torch.cuda.is_available() else []):
    t = time.time(); kernels.lib(kind); print('kernels', kind, 'ready in', round(time.time() - t, 1), 's')
if torch.cuda.is_available():
    # the CUDA path against the CPU path on random polygons
    g = torch.Generator().manual_seed(0); P = 40
    c = torch.rand(2, P, 1, 2, generator=g) * 700; quad = torch.tensor([[-1., -.3], [1, -.3], [1, .3], [-1, .3]]) * 40
    polys = torch.zeros(2, P, 20, 2); polys[:, :, :4] = c + quad + torch.rand(2, P, 4, 2, generator=g) * 9
    pool = dict(polys=polys, verts=torch.full((2, P), 4, dtype=torch.int32), ignore=(torch.rand(2, P, generator=g) < .2).to(torch.uint8))
    fwd = torch.tensor([[[.8, .1, 5], [-.1, .9, 20], [0, 1e-5, 1]], [[1.2, 0, -40], [.1, 1.1, -9], [0, 0, 1]]])
    idx = torch.tensor([1, 0], dtype=torch.int32)
    a = kernels.targets(pool, idx, fwd, 512, 480); b = kernels.targets({k: v.cuda() for k, v in pool.items()}, idx, fwd, 512, 480)
    print('targets cpu/cuda: share of differing pixels', [round(((x - y.cpu()).abs() > 1e-3).float().mean().item(), 6) for x, y in zip(a, b)])
    img = torch.randint(0, 255, (2, 3, 768, 768), dtype=torch.uint8); inv = torch.linalg.inv(fwd); sub = torch.tensor([2, 1]); fill = torch.zeros(2, 3)
    x = kernels.warp(img, idx, inv, sub, fill, 512, 480); y = kernels.warp(img.cuda(), idx, inv, sub, fill, 512, 480)
    print('warp cpu/cuda: largest difference', (x - y.cpu()).abs().max().item(), 'mean', (x - y.cpu()).abs().mean().item())
P
  ;;
generate)
  n=${2:-$(( $(nproc) > 5 ? $(nproc) - 4 : 1 ))}; mkdir -p "$W/shards"
  for k in $(seq 1 "$n"); do
    mkdir -p "$W/shards/$k"
    setsid nohup nice -n 5 "$W/node/node" "$W/node/write-shards.mjs" --assets "$W/assets" --photographs "$W/assets/photos" --out "$W/shards/$k" --worker "$k" \
      --seed "${KIT_SEED:-1}" --minutes "${KIT_GEN_MINUTES:-40}" > "$W/shards/$k.log" 2>&1 < /dev/null & echo $! >> "$W/shards/pids"; done
  sleep 2; echo "$n generators";;
train) shift; setsid nohup bash "$0" trainer "$@" >> "$RUN/out.txt" 2>&1 < /dev/null & sleep 1; echo started;;
trainer) shift; trap '' HUP; trainer "$@";;
train-here) m=$2; shift 2; trainer --stop-after "$m" "$@";;
watch)
  end=$(awk -v m="${2:-1}" 'BEGIN { srand(); printf "%d", srand() + m * 60 }'); n=0
  while [ "$(date +%s)" -lt "$end" ]; do
    sleep 5; n=$((n + 1))
    tail -n 1 "$RUN/log.jsonl" 2>/dev/null | grep -q '"event": "end"' && break
    [ $((n % 6)) -eq 0 ] && { tail -n 1 "$RUN/log.jsonl" 2>/dev/null; command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=utilization.gpu,memory.used --format=csv,noheader; }
  done
  ls "$W/shards" 2>/dev/null | wc -l; find "$W/shards" -name '*.jsonl' 2>/dev/null | wc -l; df -h "$W" | tail -1; grep -h '"event"' "$RUN/log.jsonl" | tail -n 5; tail -n 3 "$RUN/out.txt" 2>/dev/null;;
results)
  d=$2; mkdir -p "$d"; n=weights_fp32.pth; [ "${3:-}" = half ] && n=weights_fp16.pth
  cp "$RUN/$n".part* "$d/"; cp "$RUN/predictions.jpg" "$d/" 2>/dev/null
  tar -C "$RUN" -czf "$d/report.tar.gz" $(cd "$RUN" && ls log.jsonl final.json out.txt "$n.sha256" 2>/dev/null); ls -l "$d";;
stop) [ -e "$W/shards/pids" ] && xargs kill -TERM < "$W/shards/pids" 2>/dev/null; rm -f "$W/shards/pids"; [ -e "$RUN/pid" ] && kill -TERM "$(cat "$RUN/pid")" 2>/dev/null; rm -f "$RUN/pid"; echo stopping;;
*) sed -n 2,15p "$0"; exit 2;;
esac
