"""Crops a second in training: `stylize train-features` against PyTorch, in alternation. Run by `side_by_side.sh --training`.

PyTorch is given its crops ready made; stylize cuts, scales and colours them within the time. The Swift side, `StepBenchmark`,
answers two more commands than those in side_by_side.py:

    training <classes>   begins a training                -> <crops a step> <their edge>
    train <n>            n steps                          -> <ms> <ms> ...
"""

import argparse
import statistics
import time

import torch

from side_by_side import StepBenchmark
from training_reference import loss, random_parameters

BLOCKS = [[32, 32], [64, 64], [128, 128], [128, 128], [128, 128]]
CROPS, EDGE, CLASSES = 48, 96, 1330


class PyTorch:
    def __init__(self):
        random = torch.Generator().manual_seed(1)
        self.parameters = {
            name: (value.contiguous(memory_format=torch.channels_last) if value.dim() == 4 else value).requires_grad_()
            for name, value in random_parameters(BLOCKS, CLASSES, random).items()
        }
        self.pixels = torch.randn(CROPS, 3, EDGE, EDGE, generator=random).contiguous(memory_format=torch.channels_last)
        self.labels = torch.randint(0, CLASSES, (CROPS,), generator=random)
        self.optimizer = torch.optim.AdamW(
            self.parameters.values(), lr=2e-3, weight_decay=1e-2, betas=(0.9, 0.99), fused=True)

    def time(self, steps: int) -> list[float]:
        times = []
        for _ in range(steps):
            start = time.perf_counter()
            self.optimizer.zero_grad()
            loss(self.parameters, BLOCKS, self.pixels, self.labels, 0.05).backward()
            self.optimizer.step()
            times.append(1000 * (time.perf_counter() - start))
        return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server", help="the StepBenchmark executable")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_flush_denormal(True)
    swift = StepBenchmark(options.server)
    if (answer := swift.ask(f"training {CLASSES}")) != f"{CROPS} {EDGE}":
        raise SystemExit(f"StepBenchmark trains on something else: {answer}")
    sides = {"stylize": lambda n: [float(word) for word in swift.ask(f"train {n}").split()], "PyTorch": PyTorch().time}
    times = {name: [] for name in sides}
    for run in sides.values():
        run(2)  # warm up
    for _ in range(options.rounds):
        for name, run in sides.items():
            times[name] += run(5)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"ms a step of {CROPS} crops of {EDGE} x {EDGE}, {torch.get_num_threads()} threads, PyTorch {torch.__version__}:")
    for name, median in medians.items():
        print(f"{name:>10} {median:8.1f}   {1000 * CROPS / median:6.0f} crops/s")
    print(f"     ratio {medians['PyTorch'] / medians['stylize']:8.2f}")


if __name__ == "__main__":
    main()
