"""Writes the goldens beside this script: what PyTorch makes in float64 of a VGG-19 that is narrow enough to be kept.

    python3 make_goldens.py

vgg19.safetensors         a state dictionary with torchvision's names, of few channels and random weights
vgg19-<pool>.safetensors  picture (3 x H x W), the activations of every layer (C x H x W), each under the layer's name,
                          and gradient (3 x H x W): that of half the sum of squares of relu1_2 and relu4_1

All tensors are float32. Inputs are drawn in float32, so the goldens belong to exactly the numbers a test reads.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks"))
from vgg import LAYERS, VGG19, random_state  # noqa: E402


def main():
    state = random_state(channels=(4, 5, 6, 8, 8))
    save_file(state, here / "vgg19.safetensors")
    # Sides that every pool but the last finds odd or even in turn.
    picture = torch.rand(1, 3, 37, 42, generator=torch.Generator().manual_seed(2))
    for pooling in ("max", "average"):
        network = VGG19(state, pooling, torch.float64)
        x = picture.double().requires_grad_()
        activations = network(x, LAYERS)
        loss = sum(activations[name].square().sum() / 2 for name in ("relu1_2", "relu4_1"))
        (gradient,) = torch.autograd.grad(loss, x)
        tensors = {"picture": picture, "gradient": gradient} | activations
        save_file({name: tensor.detach()[0].float().contiguous() for name, tensor in tensors.items()},
                  here / f"vgg19-{pooling}.safetensors")


if __name__ == "__main__":
    main()
