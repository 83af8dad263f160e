"""The loss that `stylize train-features` minimises, in plain PyTorch, in any floating-point type.

A student of 3 x 3 convolutions (replicate padding, no bias), batch normalisation, ReLU and 2 x 2 pools between blocks. At
every layer a 1 x 1 convolution and a ReLU lead to the activations of the same layer of the teacher, over their scale.
"""

import torch
import torch.nn.functional as nn
from torch import Tensor

EPSILON = 1e-5
MEAN, DEVIATION = (0.485, 0.456, 0.406), 0.25  # what the student's first convolution sees: (x - mean) / deviation


def names(blocks: list[list[int]]) -> list[str]:
    return [f"{b + 1}_{i + 1}" for b, block in enumerate(blocks) for i in range(len(block))]


def random_network(blocks: list[list[int]], random: torch.Generator) -> dict[str, Tensor]:
    """A teacher in the format of the package."""
    tensors, inputs = {}, 3
    for name, outputs in zip(names(blocks), [outputs for block in blocks for outputs in block]):
        tensors[f"conv{name}.weight"] = torch.randn(outputs, inputs, 3, 3, generator=random) * (2 / (9 * inputs)) ** 0.5
        tensors[f"conv{name}.bias"] = torch.randn(outputs, generator=random) * 0.1
        inputs = outputs
    return tensors


def random_parameters(
    blocks: list[list[int]], teacher: list[list[int]], random: torch.Generator
) -> dict[str, Tensor]:
    parameters, inputs, index = {}, 3, 0
    for block, theirs in zip(blocks, teacher):
        for outputs, channels in zip(block, theirs):
            weight = torch.randn(outputs, inputs, 3, 3, generator=random) * (2 / (9 * inputs)) ** 0.5
            parameters[f"layer{index}.weights"] = weight
            parameters[f"layer{index}.gamma"] = 0.5 + torch.rand(outputs, generator=random)
            parameters[f"layer{index}.beta"] = torch.rand(outputs, generator=random) - 0.5
            parameters[f"head{index}.weights"] = torch.randn(channels, outputs, generator=random) * outputs**-0.5
            parameters[f"head{index}.bias"] = torch.randn(channels, generator=random) * 0.1
            inputs, index = outputs, index + 1
    return parameters


def pool(x: Tensor, pooling: str) -> Tensor:
    return nn.max_pool2d(x, 2) if pooling == "max" else nn.avg_pool2d(x, 2)


def convolve(x: Tensor, weight: Tensor, bias: Tensor | None, padding: str = "replicate") -> Tensor:
    mode = {"replicate": "replicate", "zeros": "constant"}[padding]
    return nn.conv2d(nn.pad(x, (1, 1, 1, 1), mode=mode), weight, bias)


def teacher_activations(
    tensors: dict[str, Tensor], blocks: list[list[int]], x: Tensor, pooling: str, padding: str = "replicate"
) -> list[Tensor]:
    activations, layer = [], iter(names(blocks))
    for b, block in enumerate(blocks):
        if b > 0:
            x = pool(x, pooling)
        for _ in block:
            name = next(layer)
            x = nn.relu(convolve(x, tensors[f"conv{name}.weight"], tensors[f"conv{name}.bias"], padding), inplace=True)
            activations.append(x)
    return activations


def loss(
    parameters: dict[str, Tensor], blocks: list[list[int]], x: Tensor, targets: list[Tensor], scales: list[Tensor],
    pooling: str,
) -> Tensor:
    total, index = 0, 0
    x = (x - torch.tensor(MEAN, dtype=x.dtype)[:, None, None]) / DEVIATION
    for b, block in enumerate(blocks):
        if b > 0:
            x = pool(x, pooling)
        for _ in block:
            x = convolve(x, parameters[f"layer{index}.weights"], None)
            x = nn.batch_norm(
                x, None, None, parameters[f"layer{index}.gamma"], parameters[f"layer{index}.beta"], training=True,
                eps=EPSILON)
            x = nn.relu(x)
            head = parameters[f"head{index}.weights"][:, :, None, None]
            seen = nn.relu(nn.conv2d(x, head, parameters[f"head{index}.bias"]))
            total = total + (seen - targets[index] / scales[index][:, None, None]).square().mean()
            index += 1
    return total / index
