"""VGG-19 as torchvision has it, with random weights, in plain PyTorch. What it says of a picture is the reference for
`stylize --features`.

The file is what these three lines make of trained weights:

    from torchvision.models import vgg19
    state = {name: tensor for name, tensor in vgg19(weights="DEFAULT").state_dict().items() if "features" in name}
    safetensors.torch.save_file(state, "vgg19.safetensors")
"""

import torch
import torch.nn.functional as nn
from torch import Tensor

CHANNELS = (64, 128, 256, 512, 512)
CONVOLUTIONS = (2, 2, 4, 4, 4)
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def random_state(channels=CHANNELS, seed: int = 1) -> dict[str, Tensor]:
    """Weights that keep activations near 1 from layer to layer, with biases of both signs."""
    random = torch.Generator().manual_seed(seed)
    state, inputs, index = {}, 3, 0
    for count, outputs in zip(CONVOLUTIONS, channels):
        for _ in range(count):
            deviation = (2 / (9 * inputs)) ** 0.5
            state[f"features.{index}.weight"] = torch.randn(outputs, inputs, 3, 3, generator=random) * deviation
            state[f"features.{index}.bias"] = 0.1 * torch.randn(outputs, generator=random)
            inputs = outputs
            index += 2
        index += 1  # the pool
    return state


class VGG19:
    # A ReLU or a pool of maxima may fall the other way in another rounding, which changes the gradient under it
    # altogether.
    gradient_tolerance = 5e-3

    def __init__(self, state: dict[str, Tensor], pooling: str, dtype=torch.float32):
        self.state = {name: tensor.to(dtype) for name, tensor in state.items()}
        self.pool = {"max": nn.max_pool2d, "average": nn.avg_pool2d}[pooling]
        self.mean, self.deviation = MEAN.to(dtype), DEVIATION.to(dtype)

    def to(self, memory_format) -> "VGG19":
        self.state = {
            name: tensor.contiguous(memory_format=memory_format) if tensor.dim() == 4 else tensor
            for name, tensor in self.state.items()
        }
        return self

    def __call__(self, x: Tensor, layers) -> dict[str, Tensor]:
        """The activations of the named layers; nothing deeper than the deepest of them is computed."""
        wanted, activations, index = set(layers), {}, 0
        x = (x - self.mean) / self.deviation
        for block, count in enumerate(CONVOLUTIONS, 1):
            for layer in range(1, count + 1):
                if len(activations) == len(wanted):
                    return activations
                name = f"features.{index}"
                x = nn.conv2d(x, self.state[name + ".weight"], self.state[name + ".bias"], padding=1).relu_()
                if f"relu{block}_{layer}" in wanted:
                    activations[f"relu{block}_{layer}"] = x
                index += 2
            if len(activations) < len(wanted):
                x = self.pool(x, 2)
            index += 1
        return activations


LAYERS = [f"relu{block}_{layer}" for block, count in enumerate(CONVOLUTIONS, 1) for layer in range(1, count + 1)]
