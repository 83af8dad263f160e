"""Writes the goldens beside this script: the objective and its gradient, computed by PyTorch in float64.

    python3 make_goldens.py

network.safetensors   a small random network; "architecture" in its metadata, as in the shipped weights
<case>.safetensors    tensors    content, style0, style1, ..., picture, gradient (3 x H x W), and for one case the
                                 activations of every layer (C x H x W), each under the layer's name
                      metadata   settings: JSON (the fields of `Settings` in reference.py), styleWeights: JSON,
                                 loss: the total; content, style, tv: the terms before alpha, beta and the tv weight

judge-vgg19.safetensors   a VGG-19 of few channels and random weights, with torchvision's names
judge.safetensors         tensors    painting, content, style (3 x H x W), the style of the painting's area
                          metadata   style: JSON, the distances at relu1_1, relu2_1, ..., relu5_1; content: the distance
                                     at relu4_2; both with pictures mirrored beyond their borders

All tensors are float32. Inputs are drawn in float32, so the goldens belong to exactly the numbers a test reads.
Losses are decimal strings of 17 digits.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as nn
from safetensors.torch import save

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks"))
from reference import FeatureNetwork, Objective, Settings  # noqa: E402
from vgg import CONVOLUTIONS, DEVIATION, MEAN, random_state  # noqa: E402

ARCHITECTURE = "conv1_1 conv1_2 pool conv2_1 conv2_2 pool conv3_1"
CHANNELS = {"conv1_1": 16, "conv1_2": 16, "conv2_1": 20, "conv2_2": 32, "conv3_1": 32}
STYLE_LAYERS = {"pixels": 0.25, "relu1_1": 0.2, "relu2_1": 0.3, "relu3_1": 0.2}
LAYERS = ["pixels", *(name.replace("conv", "relu") for name in CHANNELS)]


def write(path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]):
    """A safetensors file with its header sorted (the library writes metadata in random order): same goldens, same bytes."""
    data = save(tensors, metadata)
    length = int.from_bytes(data[:8], "little")
    header = json.dumps(json.loads(data[8:8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(len(header).to_bytes(8, "little") + header + data[8 + length:])


def random_network(random: torch.Generator) -> dict[str, torch.Tensor]:
    """Weights that keep activations near 1 from layer to layer, with biases of both signs."""
    parameters, inputs = {}, 3
    for name, outputs in CHANNELS.items():
        weight = torch.randn(outputs, inputs, 3, 3, generator=random) * (2 / (9 * inputs)) ** 0.5
        parameters[name + ".weight"] = weight
        parameters[name + ".bias"] = 0.1 * torch.randn(outputs, generator=random)
        inputs = outputs
    return parameters


def picture(height: int, width: int, random: torch.Generator) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=random)


def write_case(network, name, size, random, style_sizes=((19, 26),), style_weights=(1.0,), activations=False,
               styleLoss="wasserstein", pyramidLevels=1):
    settings = Settings(
        contentWeight=0.02, styleWeight=1.0, totalVariationWeight=2.0, styleLoss=styleLoss,
        contentLayers={"relu2_2": 1.0}, styleLayers=STYLE_LAYERS, pyramidLevels=pyramidLevels)
    content, x = picture(*size, random), picture(*size, random)
    styles = [picture(*style, random) for style in style_sizes]
    objective = Objective(
        network, content.double(), [style.double() for style in styles], list(style_weights), settings)
    terms = objective.terms(x.double())
    loss, gradient = objective.evaluate(x.double())

    tensors = {"content": content, "picture": x, "gradient": gradient}
    tensors |= {f"style{index}": style for index, style in enumerate(styles)}
    if activations:
        tensors |= network(x.double(), LAYERS)
    metadata = {
        "settings": settings.to_json(),
        "styleWeights": json.dumps(style_weights),
        "loss": f"{loss.item():.17g}",
    } | {term: f"{value.item():.17g}" for term, value in terms.items()}
    write(here / f"{name}.safetensors",
          {key: tensor[0].float().contiguous() for key, tensor in tensors.items()}, metadata)
    print(f"{name:28} loss {metadata['loss']}")


def mirrored_vgg19(state: dict[str, torch.Tensor], x: torch.Tensor) -> dict[str, torch.Tensor]:
    """The activations of every layer (C x N in float64) with each convolution's input mirrored beyond its border."""
    x, activations, index = (x.double() - MEAN) / DEVIATION, {}, 0
    for block, count in enumerate(CONVOLUTIONS, 1):
        for layer in range(1, count + 1):
            weight, bias = (state[f"features.{index}.{part}"].double() for part in ("weight", "bias"))
            x = nn.conv2d(nn.pad(x, (1, 1, 1, 1), mode="reflect"), weight, bias).relu()
            activations[f"relu{block}_{layer}"] = x[0].flatten(1)
            index += 2
        if block < 5:
            x = nn.max_pool2d(x, 2)
        index += 1  # the pool
    return activations


def squared_wasserstein(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Between the Gaussians of two layers' activations, over the trace of the second's covariance."""
    A, B = torch.cov(a, correction=0), torch.cov(b, correction=0)
    eigenvalues, vectors = torch.linalg.eigh(B)
    root = vectors * eigenvalues.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ A @ root).clamp(min=0).sqrt().sum()
    return ((a.mean(1) - b.mean(1)).square().sum() + A.trace() + B.trace() - 2 * cross) / B.trace()


def write_judge():
    random = torch.Generator().manual_seed(5)
    state = random_state(channels=(4, 5, 6, 8, 8))
    # Sides that every pool but the last finds odd or even in turn.
    pictures = {"painting": picture(37, 42, random), "content": picture(37, 42, random),
                "style": picture(42, 37, random).square()}
    painting, content, style = (mirrored_vgg19(state, x) for x in pictures.values())
    distances = [squared_wasserstein(painting[f"relu{i}_1"], style[f"relu{i}_1"]).item() for i in range(1, 6)]
    kept = (painting["relu4_2"] - content["relu4_2"]).square().mean() / content["relu4_2"].var()
    write(here / "judge-vgg19.safetensors", state, {})
    write(here / "judge.safetensors", {name: x[0] for name, x in pictures.items()},
          {"style": json.dumps(distances), "content": f"{kept.item():.17g}"})
    print(f"{'judge':28} style {distances}, content {kept}")


def main():
    random = torch.Generator().manual_seed(1)
    parameters = random_network(random)
    write(here / "network.safetensors", parameters, {"architecture": ARCHITECTURE})
    network = FeatureNetwork(ARCHITECTURE, {name: tensor.double() for name, tensor in parameters.items()})

    two = dict(style_sizes=((19, 26), (14, 11)), style_weights=(0.75, 0.5))
    for loss in ("wasserstein", "covariance", "gram"):
        write_case(network, f"{loss}-24x24", (24, 24), random, styleLoss=loss)
        write_case(network, f"{loss}-two-styles-23x37", (23, 37), random, styleLoss=loss, **two)
    for loss in ("wasserstein", "covariance"):
        write_case(network, f"{loss}-two-levels-23x37", (23, 37), random, styleLoss=loss, pyramidLevels=2, **two)
        write_case(network, f"{loss}-two-levels-2x1", (2, 1), random, styleLoss=loss, pyramidLevels=2)
    write_case(network, "activations-5x9", (5, 9), random, activations=True)
    write_judge()


if __name__ == "__main__":
    main()
