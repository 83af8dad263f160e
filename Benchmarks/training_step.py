"""Crops a second in distilling: `stylize train-features` against PyTorch, in alternation. Run by `side_by_side.sh --training`.

The teacher is a VGG-19 of random weights up to conv5_1. PyTorch is given its crops ready made; stylize cuts, scales and
colours them within the time. The Swift side, `StepBenchmark`, answers two more commands than those in side_by_side.py:

    training <teacher>   begins a training                -> <crops a step> <their edge> <the student's channels>
    train <n>            n steps                          -> <ms> <ms> ...
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
from safetensors.torch import save_file

from side_by_side import StepBenchmark
from training_reference import loss, random_network, random_parameters, teacher_activations

TEACHER = [[64, 64], [128, 128], [256] * 4, [512] * 4, [512]]


class PyTorch:
    def __init__(self, teacher: dict[str, torch.Tensor], crops: int, edge: int, blocks: list[list[int]]):
        random = torch.Generator().manual_seed(1)

        def last(value: torch.Tensor) -> torch.Tensor:
            return value.contiguous(memory_format=torch.channels_last) if value.dim() == 4 else value

        self.blocks = blocks
        self.teacher = {name: last(value) for name, value in teacher.items()}
        self.parameters = {
            name: last(value).requires_grad_() for name, value in random_parameters(blocks, TEACHER, random).items()}
        self.scales = [torch.ones(channels) for block in TEACHER for channels in block]
        self.pixels = last(torch.rand(crops, 3, edge, edge, generator=random))
        self.optimizer = torch.optim.AdamW(self.parameters.values(), lr=1e-3, weight_decay=1e-4, fused=True)

    def time(self, steps: int) -> list[float]:
        times = []
        for _ in range(steps):
            start = time.perf_counter()
            self.optimizer.zero_grad()
            with torch.no_grad():
                targets = teacher_activations(self.teacher, TEACHER, self.pixels, "max", "zeros")
            loss(self.parameters, self.blocks, self.pixels, targets, self.scales, "average").backward()
            self.optimizer.step()
            times.append(1000 * (time.perf_counter() - start))
        return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server", help="the StepBenchmark executable")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_flush_denormal(True)
    teacher = random_network(TEACHER, torch.Generator().manual_seed(1))
    architecture = " pool ".join(
        " ".join(f"conv{b + 1}_{i + 1}" for i in range(len(block))) for b, block in enumerate(TEACHER))
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "teacher.safetensors")
        save_file(teacher, path, {"architecture": architecture, "pool": "max", "padding": "zeros"})
        swift = StepBenchmark(options.server)
        crops, edge, channels = swift.ask(f"training {path}").split()
    blocks = [[int(c) for c in block.split(",")] for block in channels.split("/")]
    crops, edge = int(crops), int(edge)
    pytorch = PyTorch(teacher, crops, edge, blocks)
    sides = {"stylize": lambda n: [float(word) for word in swift.ask(f"train {n}").split()], "PyTorch": pytorch.time}
    times = {name: [] for name in sides}
    for run in sides.values():
        run(2)  # warm up
    for _ in range(options.rounds):
        for name, run in sides.items():
            times[name] += run(5)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"ms a step of {crops} crops of {edge} x {edge}, {torch.get_num_threads()} threads, PyTorch {torch.__version__}:")
    for name, median in medians.items():
        print(f"{name:>10} {median:8.1f}   {1000 * crops / median:6.0f} crops/s")
    print(f"     ratio {medians['PyTorch'] / medians['stylize']:8.2f}")


if __name__ == "__main__":
    main()
