#!/usr/bin/env bash
# The base's training as a relay: set up once on a machine, then taken up and laid down again, session after session.
#
#   pretrain/relay.sh set-up      packages, public sources → sets, synthetic pictures; each step is left out where it is done
#   pretrain/relay.sh start       begins, or goes on where it was stopped; at the lowest priority, in the background
#   pretrain/relay.sh stop        after the step that is running; the state is saved
#   pretrain/relay.sh status      the last lines of its log
#   pretrain/relay.sh measure     figures of the averaged weights on the test parts of OCR_DATA
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
  cat ${RESERVED:-"$OCR_DATA/reserved.txt"} >"$RUN/reserved.txt"
  "$python" pretrain/sources/convert.py --clones "$CLONES" --out "$RUN/sets" --reserved "$RUN/reserved.txt" \
    icdar2015 receipts documents receipts-german industrial-labels typewritten ehri catalogues handwriting peraire poilus \
    chinese-screen chinese-street
  if [[ ! -d $RUN/photographs ]]; then
    clone=$CLONES/BIDS+BSDS500
    for inner in .git repo/.git repo .; do [[ -f $clone/$inner/HEAD ]] && break; done
    mkdir "$RUN/photographs.part"
    git --git-dir="$clone/$inner" archive HEAD | tar x -C "$RUN/photographs.part" --wildcards '*.jpg'
    mv "$RUN/photographs.part" "$RUN/photographs"
  fi
  # Two writers of their own shards; the trainer finds new ones while it runs.
  npx --no-install tsx pretrain/write-shards.ts --out "$RUN/shards" --count 1536 --seed 21 --worker 0 --photographs "$RUN/photographs" \
    --scenes signs,words,poster,caption,columns
  npx --no-install tsx pretrain/write-shards.ts --out "$RUN/shards" --count 1536 --seed 22 --worker 1 --photographs "$RUN/photographs"
}

start() {
  running && { echo "It runs already (process $(cat "$RUN/pid"))."; return; }
  cat ${RESERVED:-"$OCR_DATA/reserved.txt"} >"$RUN/reserved.txt"
  s=$RUN/sets
  # A session of its own, so that the scheduler weighs it as one group, and the lightest.
  setsid nohup nice -n 19 "$python" pretrain/torch/train.py --out "$RUN/run" --weights "${START:-models/base/base.pth}" \
    --minutes "$MINUTES" --clock cpu --device cpu --threads 2 --batch-norm frozen --stages 0:224x16,0.4:320x8 \
    --real-share 0:0.68,0.5:0.75 --text-height 20 --large-text 0.25 --augment 0.8 --min-text 7 \
    --lr 0.0006 --min-lr 0.05 --warmup 60 --ema 0.998 --save-every 4 --shards "$RUN/shards" --reserved "$RUN/reserved.txt" \
    --real "$s/icdar2015:gaps:x36" "$s/receipts:x18" "$s/receipts-german:words:x2" "$s/documents:words:x4" "$s/industrial-labels:x16" \
    "$s/typewritten:x6" "$s/ehri:x3" "$s/handwriting:x4" "$s/peraire:x2" "$s/poilus:x2" "$s/catalogues:x3" "$s/chinese-screen:x3" \
    "$s/chinese-street:x1" "$OCR_DATA/chinese:x5" </dev/null >>"$RUN/train.log" 2>&1 &
  echo $! >"$RUN/pid"
  [[ -w /proc/$!/autogroup ]] && echo 19 >"/proc/$!/autogroup"
  echo "Process $!, log $RUN/train.log"
}

stop() {
  running || { echo 'It does not run.'; return; }
  kill -TERM "$(cat "$RUN/pid")"
  while running; do sleep 1; done
  rm "$RUN/pid"
  tail -n 2 "$RUN/train.log"
}

measure() {
  nice -n 19 npx --no-install tsx pretrain/card-figures.ts --model "$RUN/run/weights_fp16.pth" ${AT:+--at "$AT"} \
    $(for set in receipts typewritten chinese industrial-labels handwriting icdar2015:words; do echo --val "$OCR_DATA/$set"; done)
}

case ${1:-} in
  set-up) set_up ;;
  start) start ;;
  stop) stop ;;
  status) running && echo running || echo stopped; tail -n 3 "$RUN/train.log" ;;
  measure) measure ;;
  *) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
