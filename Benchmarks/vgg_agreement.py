"""Whether stylize and PyTorch agree on VGG-19 with random weights: the activations of every layer, and the loss and its
gradient through relu4_1, with both kinds of pool. Run by side_by_side.sh --agreement.

The reference runs in double precision.
"""

import os
import sys
import tempfile

import numpy
import torch
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_tensors

from reference import Objective, Settings
from side_by_side import StepBenchmark, make_picture
from vgg import LAYERS, VGG19, random_state

ACTIVATION_TOLERANCE = 1e-4  # relative root mean square
LOSS_TOLERANCE = 1e-4


def error(found, expected) -> float:
    found, expected = found.astype(numpy.float64), expected.astype(numpy.float64)
    return numpy.linalg.norm(found - expected) / numpy.linalg.norm(expected)


def crop(picture, height, width):
    return numpy.ascontiguousarray(picture[:, :height, :width])


def main():
    swift = StepBenchmark(sys.argv[1])
    state, agrees = random_state(), True
    with tempfile.TemporaryDirectory() as folder:
        weights, path = os.path.join(folder, "vgg19.safetensors"), os.path.join(folder, "problem.safetensors")
        save_tensors(state, weights)
        for pooling in ("max", "average"):
            swift.ask(f"features {pooling} {weights}")
            settings = Settings.from_json(swift.ask("settings"))
            network = VGG19(state, pooling, torch.float64)
            for height, width in ((64, 64), (53, 75)):
                pictures = {name: crop(make_picture(80, seed), height, width)
                            for seed, name in enumerate(("content", "style", "picture"))}
                tensors = {name: torch.from_numpy(array)[None].double() for name, array in pictures.items()}
                save_file(pictures, path)
                swift.ask(f"activations {path}")
                found, expected = load_file(path), network(tensors["picture"], LAYERS)
                errors = {name: error(found[name], expected[name][0].numpy()) for name in LAYERS}
                worst = max(errors, key=errors.get)

                save_file(pictures, path)
                swift.load(path)
                loss, gradient = swift.evaluate(folder)
                objective = Objective(network, tensors["content"], [tensors["style"]], None, settings)
                expected_loss, expected_gradient = objective.evaluate(tensors["picture"])
                loss_error = abs(loss / expected_loss.item() - 1)
                gradient_error = error(gradient, expected_gradient[0].numpy())
                print(f"{pooling:8} {width} x {height}: activations differ by at most {errors[worst]:.1e} ({worst}), "
                      f"the loss by {loss_error:.1e}, the gradient by {gradient_error:.1e}", flush=True)
                # Written so that a NaN fails.
                agrees &= bool(errors[worst] <= ACTIVATION_TOLERANCE and loss_error <= LOSS_TOLERANCE
                               and gradient_error <= VGG19.gradient_tolerance)
    if not agrees:
        sys.exit("the two do not agree")


if __name__ == "__main__":
    main()
