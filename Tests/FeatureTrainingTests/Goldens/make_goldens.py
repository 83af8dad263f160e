"""Writes step-average.safetensors and step-max.safetensors: the loss of `train-features` on one batch and its gradients,
by PyTorch in float64, with student's pools of averages and of maxima.

    python3 make_goldens.py

tensors    pixels (crops x 3 x edge x edge, in 0...1), the student's parameters, "head<i>.scale", the teacher's tensors
           "teacher <name>", and "gradient of <parameter>" for each; all float32
metadata   loss (17 digits)
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks"))
from training_reference import loss, random_network, random_parameters, teacher_activations  # noqa: E402

STUDENT, TEACHER = [[16, 20], [24, 33], [18]], [[20, 24], [30, 40], [50]]
CROPS, EDGE = 3, 12


def write(pooling: str):
    random = torch.Generator().manual_seed(1)
    teacher = random_network(TEACHER, random)
    parameters = random_parameters(STUDENT, TEACHER, random)
    pixels = torch.rand(CROPS, 3, EDGE, EDGE, generator=random)
    scales = [0.5 + torch.rand(channels, generator=random) for block in TEACHER for channels in block]

    exact = {name: value.double().requires_grad_() for name, value in parameters.items()}
    targets = teacher_activations({k: v.double() for k, v in teacher.items()}, TEACHER, pixels.double(), "average")
    total = loss(exact, STUDENT, pixels.double(), targets, [scale.double() for scale in scales], pooling)
    gradients = torch.autograd.grad(total, list(exact.values()))
    tensors = {"pixels": pixels, **parameters}
    tensors |= {f"head{i}.scale": scale for i, scale in enumerate(scales)}
    tensors |= {f"teacher {name}": tensor for name, tensor in teacher.items()}
    tensors |= {f"gradient of {name}": gradient.float() for name, gradient in zip(exact, gradients)}
    data = save(tensors, {"loss": f"{total.item():.17g}"})
    length = int.from_bytes(data[:8], "little")
    # The library writes metadata in random order: same goldens, same bytes.
    header = json.dumps(json.loads(data[8:8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    name = here / f"step-{pooling}.safetensors"
    name.write_bytes(len(header).to_bytes(8, "little") + header + data[8 + length:])


for pooling in ["average", "max"]:
    write(pooling)
