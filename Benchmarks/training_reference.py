"""The loss that `stylize train-features` minimises, in plain PyTorch, in any floating-point type.

A network of 3 x 3 convolutions (replicate padding, no bias), batch normalisation, ReLU and 2 x 2 average pools between
blocks. A head on the last layer of each block classifies a crop by the mean and the deviation of every channel.
"""

import torch
import torch.nn.functional as nn
from torch import Tensor

HEAD_WEIGHTS = [1.0, 0.3, 0.2]  # from the last block down; 0.15 below
EPSILON = 1e-5


def head_weights(count: int) -> list[float]:
    return [(HEAD_WEIGHTS[d] if d < len(HEAD_WEIGHTS) else 0.15) for d in reversed(range(count))]


def random_parameters(blocks: list[list[int]], classes: int, random: torch.Generator) -> dict[str, Tensor]:
    parameters, inputs, index = {}, 3, 0
    for head, block in enumerate(blocks):
        for outputs in block:
            weight = torch.randn(outputs, inputs, 3, 3, generator=random) * (2 / (9 * inputs)) ** 0.5
            parameters[f"layer{index}.weights"] = weight
            parameters[f"layer{index}.gamma"] = 0.5 + torch.rand(outputs, generator=random)
            parameters[f"layer{index}.beta"] = torch.rand(outputs, generator=random) - 0.5
            inputs, index = outputs, index + 1
        parameters[f"head{head}.weights"] = torch.randn(classes, 2 * inputs, generator=random) * 0.1
        parameters[f"head{head}.bias"] = torch.randn(classes, generator=random) * 0.1
    return parameters


def loss(parameters: dict[str, Tensor], blocks: list[list[int]], x: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    total, index, weights = 0, 0, head_weights(len(blocks))
    for head, block in enumerate(blocks):
        if head > 0:
            x = nn.avg_pool2d(x, 2)
        for _ in block:
            x = nn.conv2d(nn.pad(x, (1, 1, 1, 1), mode="replicate"), parameters[f"layer{index}.weights"])
            x = nn.batch_norm(
                x, None, None, parameters[f"layer{index}.gamma"], parameters[f"layer{index}.beta"], training=True,
                eps=EPSILON)
            x = nn.relu(x, inplace=True)
            index += 1
        mean = x.mean((2, 3))
        deviation = (x.var((2, 3), unbiased=False) + EPSILON).sqrt()
        features = nn.layer_norm(torch.cat([mean, deviation], 1), (2 * x.shape[1],), eps=EPSILON)
        logits = nn.linear(features, parameters[f"head{head}.weights"], parameters[f"head{head}.bias"])
        total = total + weights[head] * nn.cross_entropy(logits, labels, label_smoothing=smoothing)
    return total
