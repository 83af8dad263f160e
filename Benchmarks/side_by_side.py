"""Time per step (loss and gradient) of stylize and of PyTorch, in alternation. Run by side_by_side.sh.

The Swift side is a server, `StepBenchmark`, which reads commands on stdin, a line each, and answers with a line each:

    settings          the objective's; at first the defaults, and the network the shipped one     -> JSON
    features <pooling> <path>  another network, and an objective up to its relu4_1               -> ok
    activations <path>  adds those of every layer to a file that holds picture (3 x H x W)        -> ok
    load <path>       the problem: safetensors with content, style, picture (3 x H x W, float32)  -> ok
    evaluate <path>   writes the gradient at the picture: safetensors with gradient (3 x H x W)   -> <loss>
    time <n>          n steps                                                                     -> <ms> <ms> ...

PyTorch's settings. Chosen by timing (rough: 2 busy cores of Zen 5, PyTorch 2.15, 512 and 1024 pixels a side):
* channels_last rather than contiguous: 2.06 s against 2.51 s at 1024, both before the next point
* glibc told to keep freed memory (see side_by_side.sh): 1.05 s against 2 s at 1024, 245 against 300 ms at 512;
  huge pages on top of it change little
* float64 eigvalsh for the Wasserstein trace: 1.1 ms for 128 channels, loss and gradient. Cholesky and svdvals take
  1.4 ms (float32) to 2.2 ms (float64), 14 Newton-Schulz steps 4.3 ms, and with float32 eigvalsh or Newton-Schulz the
  gradient is wrong by 10 % and more
Taken as better without timing the alternative: all cores; oneDNN convolutions (the default); ReLU in place; only the
picture requires a gradient; one product rather than autograd's two for the backward of F F^T; denormals flushed;
replicate padding by `pad` before the convolution (`padding_mode` does the same inside).
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
import torch
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_tensors

from reference import FeatureNetwork, Objective, Settings
from vgg import VGG19, random_state

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "features.safetensors"
LOSS_TOLERANCE = 1e-4  # relative
# Relative root mean square. Without kinks it is some 1e-6; one activation near zero whose ReLU falls the other way in
# another rounding changes the gradient of the few pixels under it. At 1024 x 1024 that puts PyTorch 1.1e-3 and stylize
# 0.9e-3 off the gradient in float64, all but 1e-4 of it (in squares) at 1 % of the pixels.
GRADIENT_TOLERANCE = 3e-3


def make_picture(size: int, seed: int) -> numpy.ndarray:
    """Smooth waves of many lengths plus noise: 3 x size x size in [0, 1]."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:size, 0:size] / size
    picture = numpy.full((3, size, size), 0.5)
    for octave in range(6):
        u, v = random.uniform(-1, 1, 2) * 2 * numpy.pi * 2**octave
        wave = numpy.sin(u * x + v * y + random.uniform(0, 2 * numpy.pi))
        picture += random.uniform(-0.15, 0.15, (3, 1, 1)) * wave
    picture += 0.04 * random.standard_normal(picture.shape)
    return picture.clip(0, 1).astype(numpy.float32)


class StepBenchmark:
    """The Swift side."""

    def __init__(self, path: str):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command: str) -> str:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"StepBenchmark stopped at: {command}")
        return answer.strip()

    def load(self, problem: str):
        answer = self.ask(f"load {problem}")
        if answer != "ok":
            sys.exit(f"StepBenchmark could not load the problem: {answer}")

    def evaluate(self, folder: str):
        path = os.path.join(folder, "gradient.safetensors")
        loss = float(self.ask(f"evaluate {path}"))
        return loss, load_file(path)["gradient"]

    def time(self, steps: int) -> list[float]:
        return [float(word) for word in self.ask(f"time {steps}").split()]


class PyTorch:
    """The other side, and its settings."""

    def __init__(self, network, settings: Settings, compiled: bool = False):
        self.settings = settings
        torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
        torch.set_flush_denormal(True)
        self.network = network.to(torch.channels_last)
        self.compiled = compiled

    def load(self, pictures: dict[str, numpy.ndarray]):
        tensors = {name: torch.from_numpy(array)[None].contiguous(memory_format=torch.channels_last)
                   for name, array in pictures.items()}
        self.picture = tensors["picture"]
        self.objective = Objective(self.network, tensors["content"], [tensors["style"]], None, self.settings)
        self.loss = torch.compile(self.objective) if self.compiled else self.objective

    def step(self):
        x = self.picture.detach().requires_grad_()
        loss = self.loss(x)
        return loss, torch.autograd.grad(loss, x)[0]

    def evaluate(self):
        loss, gradient = self.step()
        return loss.item(), gradient[0].numpy()

    def time(self, steps: int) -> list[float]:
        times = []
        for _ in range(steps):
            start = time.perf_counter()
            self.step()
            times.append(1000 * (time.perf_counter() - start))
        return times


def check(size: int, swift, pytorch, gradient_tolerance: float):
    """The two must be computing the same thing before it means anything to time them."""
    loss, gradient = swift
    expected_loss, expected_gradient = pytorch
    loss_error = abs(loss - expected_loss) / abs(expected_loss)
    difference = gradient.astype(numpy.float64) - expected_gradient
    gradient_error = numpy.linalg.norm(difference) / numpy.linalg.norm(expected_gradient.astype(numpy.float64))
    print(f"{size} x {size}: loss {loss:.7g}, PyTorch {expected_loss:.7g}, differing by {loss_error:.1e}; "
          f"gradient by {gradient_error:.1e}", flush=True)
    # Written so that a NaN fails.
    if not (loss_error <= LOSS_TOLERANCE and gradient_error <= gradient_tolerance):
        sys.exit("the two do not agree")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server", help="the StepBenchmark executable")
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512, 1024])
    parser.add_argument("--vgg-sizes", type=int, nargs="*", default=[512])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--compile", action="store_true", help="time torch.compile too")
    options = parser.parse_args()

    swift = StepBenchmark(options.server)
    if options.sizes:
        measure("the shipped network", FeatureNetwork.load(WEIGHTS), swift, options.sizes, options)
    if options.vgg_sizes:
        with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
            state = random_state()
            save_tensors(state, file.name)
            swift.ask(f"features max {file.name}")
        measure("VGG-19 of random weights up to relu4_1", VGG19(state, "max"), swift, options.vgg_sizes, options)


def measure(title: str, network, swift: StepBenchmark, sizes: list[int], options):
    settings = Settings.from_json(swift.ask("settings"))
    sides = {"stylize": swift, "PyTorch": PyTorch(network, settings)}
    if options.compile:
        sides["torch.compile"] = PyTorch(network, settings, compiled=True)

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            pictures = {name: make_picture(size, seed) for seed, name in enumerate(("content", "style", "picture"))}
            problem = os.path.join(folder, "problem.safetensors")
            save_file(pictures, problem)
            swift.load(problem)
            for side in list(sides.values())[1:]:
                side.load(pictures)
            found = swift.evaluate(folder)
            for side in list(sides.values())[1:]:
                check(size, found, side.evaluate(), getattr(network, "gradient_tolerance", GRADIENT_TOLERANCE))

            steps = max(1, round(4 * (512 / size) ** 2))
            times = {name: [] for name in sides}
            for side in sides.values():
                side.time(2)  # warm up
            for _ in range(options.rounds):
                for name, side in sides.items():
                    times[name] += side.time(steps)
            rows.append((size, {name: statistics.median(values) for name, values in times.items()}))

    print(f"\n{title}: ms per step, loss and gradient, {torch.get_num_threads()} threads, PyTorch {torch.__version__}, "
          f"median of {options.rounds} rounds in alternation\n")
    print(f"{'size':>6}" + "".join(f"{name:>16}" for name in sides) + f"{'ratio':>9}")
    for size, medians in rows:
        ratio = medians["PyTorch"] / medians["stylize"]
        print(f"{size:>6}" + "".join(f"{medians[name]:>16.1f}" for name in sides) + f"{ratio:>9.2f}")


if __name__ == "__main__":
    main()
