#!/bin/bash
# Exact resume on CPU: 8 steps at once against 4 + 4; and loss falls. test_resume.sh SHARDS_DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); t=$(mktemp -d); trap 'rm -rf "$t"' EXIT; PY=${KIT_PYTHON:-python3}; export OMP_NUM_THREADS=1
run() { "$PY" "$here/../train.py" --device cpu --shards "$1" --pool 24 --start-at 1 --once --steps 8 --stages 0:128x2 --lr 0.001 --warmup 3 --no-final "${@:2}" > "$t/out.txt"; }
run "$1" --out "$t/a"; run "$1" --out "$t/b" --stop-step 4; run "$1" --out "$t/b"
"$PY" - "$t" "$here/.." <<'P'
import sys, json; sys.path.insert(0, sys.argv[2])
import torch
a, b = (torch.load(f'{sys.argv[1]}/{k}/weights_fp32.pth') for k in 'ab')
assert len(a) == 158 and all(torch.equal(a[k], b[k]) for k in a), 'resumed weights differ'
h = torch.load(f'{sys.argv[1]}/a/weights_fp16.pth'); assert h['backbone.conv1.weight'].dtype == torch.float16 and h['backbone.bn1.num_batches_tracked'].dtype == torch.int64
print('resume: bit for bit equal after 4 + 4 steps; 158 entries; num_batches_tracked', int(a['backbone.bn1.num_batches_tracked']))
P
"$PY" "$here/../parts.py" join "$t"/a/weights_fp32.pth.part* --out "$t/j.pth"; cmp "$t/j.pth" "$t/a/weights_fp32.pth" && echo "parts: joined file equal"
