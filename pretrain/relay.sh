#!/usr/bin/env bash
# The base's training as a relay: set up once on a machine, then taken up and laid down again, session after session.
#
#   pretrain/relay.sh set-up      packages, public sources → sets, twins, synthetic pictures; each step is left out where it is done
#   pretrain/relay.sh start       begins, or goes on where it was stopped; at the lowest priority, in the background
#   pretrain/relay.sh weight N    of the running trainer against all other work: 19 (lightest, as it starts) to 0 (as all others)
#   pretrain/relay.sh stop        after the step that is running; the state is saved
#   pretrain/relay.sh status      the last lines of its log
#   pretrain/relay.sh measure [FILE]  figures of weights (default: the newest snapshot) on the test parts of OCR_DATA; MAX pictures
#                                 a set, AT=BINARIZE,SCORE for a given pair of thresholds, SETS
#
# Settings: RUN (folder of everything, default ../base-run), CLONES (git clones as OWNER+NAME, for set-up), START (weights to begin
# with), RESERVED (files of "set name" lines never to be trained on, separated by blanks), OCR_DATA, WHEELS (folder of wheels for
# pip; without it pip asks its index), MINUTES (of two cores, the whole schedule).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
RUN=$(realpath -m "${RUN:-../base-run}")
OCR_DATA=$(realpath "${OCR_DATA:-../shared/data}")
MINUTES=${MINUTES:-900}
python=$RUN/venv/bin/python
mkdir -p "$RUN"

running() { [[ -f $RUN/pid ]] && kill -0 "$(cat "$RUN/pid")" 2>/dev/null; }

set_up() {
  : "${CLONES:?CLONES: the folder of git clones (pretrain/README.md, Real data)}"
  if [[ ! -x $python ]]; then
    python3 -m venv "$RUN/venv"
    "$RUN/venv/bin/pip" install -q ${WHEELS:+--no-index --find-links "$WHEELS"} torch numpy opencv-python-headless pillow
  fi
  cat ${RESERVED:-"$OCR_DATA/reserved.txt"} >"$RUN/kept-back.txt"
  "$python" pretrain/sources/convert.py --clones "$CLONES" --out "$RUN/sets" --reserved "$RUN/kept-back.txt" \
    icdar2015 receipts documents receipts-german industrial-labels typewritten ehri catalogues handwriting peraire poilus \
    chinese-screen chinese-street
  if [[ ! -d $RUN/photographs ]]; then
    clone=$CLONES/BIDS+BSDS500
    for inner in .git repo/.git repo .; do [[ -f $clone/$inner/HEAD ]] && break; done
    mkdir "$RUN/photographs.part"
    git --git-dir="$clone/$inner" archive HEAD | tar x -C "$RUN/photographs.part" --wildcards '*.jpg'
    mv "$RUN/photographs.part" "$RUN/photographs"
  fi
  local measured=()
  for test in "$OCR_DATA"/*/test_list.txt; do measured+=("$(dirname "$test")"); done
  "$python" pretrain/sources/find_twins.py --train "$RUN"/sets/*/ "$OCR_DATA/chinese" --measured "${measured[@]}" \
    --reserved "$RUN/kept-back.txt" --out "$RUN/twins.txt"
  cat "$RUN/kept-back.txt" "$RUN/twins.txt" >"$RUN/reserved.txt"
  # The trainer finds new shards while it runs.
  shards 0 21 --scenes signs,words,poster,caption,columns
  shards 1 22
}

# shards WORKER SEED [OPTION…]: what is missing of 1,536 pictures, 64 a shard.
shards() {
  local have
  have=$(find "$RUN/shards" -name "$1-*.jsonl" 2>/dev/null | wc -l)
  ((have >= 24)) || npx --no-install tsx pretrain/write-shards.ts --out "$RUN/shards" --count $((1536 - 64 * have)) \
    --worker "$1" --seed "$2" --photographs "$RUN/photographs" "${@:3}"
}

# The sets that are there, with their words and shares: streets and receipts most, labels a sixth (less has cost them).
sets() {
  local s=$RUN/sets name
  for name in icdar2015:gaps:x36 receipts:x18 receipts-german:words:x2 documents:words:x4 industrial-labels:x16 typewritten:x6 ehri:x3 \
    handwriting:x4 peraire:x2 poilus:x2 catalogues:x3 chinese-screen:x3 chinese-street:x1; do
    [[ -f $s/${name%%:*}/train_list.txt ]] && echo "$s/$name" || echo "Not there yet: ${name%%:*}" >&2
  done
  echo "$OCR_DATA/chinese:x5"
}

start() {
  running && { echo "It runs already (process $(cat "$RUN/pid"))."; return; }
  [[ -f $RUN/reserved.txt ]] || { echo "$RUN/reserved.txt is missing: set-up makes it" >&2; exit 1; }
  local real
  mapfile -t real < <(sets)
  # A session of its own, so that the scheduler weighs it as one group. Threads that wait must not spin on a busy machine.
  local before
  before=$(pools)
  OMP_WAIT_POLICY=passive setsid nohup bash -c 'echo $$ >"$0"; exec nice -n 19 "$@"' "$RUN/pid" \
    "$python" -u pretrain/torch/train.py --out "$RUN" --weights "${START:-models/base/base.pth}" --minutes "$MINUTES" --clock cpu \
    --device cpu --threads 2 --batch-norm frozen --stages 0:256x10,0.3:320x8 --real-share 0:0.68,0.5:0.75 \
    --text-height 20 --large-text 0.25 --turned 0.08 --augment 0.8 --min-text 7 --lr 0.0005 --min-lr 0.1 --warmup 60 --ema 0.997 \
    --save-every 4 --snapshot-every 25 --shards "$RUN/shards" --reserved "$RUN/reserved.txt" --real "${real[@]}" \
    </dev/null >>"$RUN/train.log" 2>&1 &
  local process=$!
  # Loading is half a minute of work, and an hour of the lightest weight beside others.
  while kill -0 $process 2>/dev/null && [[ $(pools) == "$before" ]]; do sleep 1; done
  running || { tail -n 5 "$RUN/train.log" >&2; exit 1; }
  weight 19
  echo "Process $(cat "$RUN/pid"), log $RUN/train.log"
}

# How often a trainer has loaded its pictures.
pools() { grep -c '"event": "pool"' "$RUN/log.jsonl" 2>/dev/null || true; }

# Linux with groups of sessions only: elsewhere `nice` alone decides.
weight() { [[ ! -w /proc/$(cat "$RUN/pid")/autogroup ]] || echo "$1" >"/proc/$(cat "$RUN/pid")/autogroup"; }

stop() {
  running || { echo 'It does not run.'; return; }
  weight 0
  kill -TERM "$(cat "$RUN/pid")"
  while running; do sleep 1; done
  rm "$RUN/pid"
  tail -n 2 "$RUN/train.log"
}

measure() {
  local model=${1:-$(find "$RUN/snapshots" -name '*.pth' | sort | tail -n 1)} set val=()
  for set in ${SETS:-receipts typewritten chinese industrial-labels handwriting documents:words icdar2015:words icdar2015}; do
    val+=(--val "$OCR_DATA/$set")
  done
  echo "$model"
  nice -n 19 npx --no-install tsx bench/card-figures.ts --model "$model" ${AT:+--at "$AT"} --max "${MAX:-0}" "${val[@]}"
}

case ${1:-} in
  set-up) set_up ;;
  start) start ;;
  stop) stop ;;
  status) running && echo running || echo stopped; tail -n 3 "$RUN/train.log" ;;
  weight) weight "${2:?weight: 0 to 19}" ;;
  measure) measure "${@:2}" ;;
  *) sed -n '2,16s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
