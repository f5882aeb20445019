"""One training step in PyTorch for every line read: prints its milliseconds and those of the processors; ends at "end" with the peak memory in MB.

    python3 bench/step_torch.py <batch> <size> <threads>
"""
import pathlib
import resource
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / 'fixtures' / 'network'))
from torch_detector import Detector, loss_of  # noqa: E402

batch, size, threads = map(int, sys.argv[1:4])
torch.set_num_threads(threads)
torch.manual_seed(1)
model = Detector().train()
optimiser = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, nesterov=True, weight_decay=1e-4)
image = torch.randn(batch, 3, size, size)
rows = torch.arange(size).view(1, 1, size, 1).expand(batch, 1, size, size)
gt = ((rows % 40) < 14).float()
targets = [gt, torch.ones_like(gt), 0.3 + 0.4 * torch.rand_like(gt), gt]
for line in sys.stdin:
    if line.strip() == 'end':
        break
    start, cpu = time.perf_counter(), time.process_time()
    optimiser.zero_grad()
    loss_of(model(image), targets)['loss'].backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
    optimiser.step()
    print((time.perf_counter() - start) * 1000, (time.process_time() - cpu) * 1000, flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
