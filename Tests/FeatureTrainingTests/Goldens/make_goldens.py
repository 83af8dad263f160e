"""Writes step.safetensors: the loss of `train-features` on one batch and its gradients, by PyTorch in float64.

    python3 make_goldens.py

tensors    pixels (crops x 3 x edge x edge), the parameters, and "gradient of <parameter>" for each; all float32
metadata   labels, smoothing, loss (17 digits)
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks"))
from training_reference import loss, random_parameters  # noqa: E402

BLOCKS = [[16, 20], [24, 33], [32]]
CROPS, EDGE, CLASSES, SMOOTHING = 3, 12, 5, 0.1

random = torch.Generator().manual_seed(1)
parameters = random_parameters(BLOCKS, CLASSES, random)
pixels = torch.randn(CROPS, 3, EDGE, EDGE, generator=random)
labels = torch.tensor([4, 0, 2])

exact = {name: value.double().requires_grad_() for name, value in parameters.items()}
total = loss(exact, BLOCKS, pixels.double(), labels, SMOOTHING)
gradients = torch.autograd.grad(total, list(exact.values()))
tensors = {"pixels": pixels, **parameters}
tensors |= {f"gradient of {name}": gradient.float() for name, gradient in zip(exact, gradients)}
data = save(tensors, {
    "labels": json.dumps(labels.tolist()), "smoothing": str(SMOOTHING), "loss": f"{total.item():.17g}"})
length = int.from_bytes(data[:8], "little")
# The library writes metadata in random order: same goldens, same bytes.
header = json.dumps(json.loads(data[8:8 + length]), sort_keys=True, separators=(",", ":")).encode()
header += b" " * (-len(header) % 8)
(here / "step.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + data[8 + length:])
