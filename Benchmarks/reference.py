"""The objective of `stylize` in plain PyTorch: alpha * content + beta * style + tv * regularizer.

An independent statement of what the Swift program computes. It runs in any floating-point type: in float64 it
writes the goldens of the tests, in float32 it is the other side of the speed benchmark.

Pictures are tensors of shape 1 x 3 x H x W, RGB in [0, 1]. Activations F of one layer are seen as C x N, N = H * W.
"""

import json
from dataclasses import asdict, dataclass, field

import torch
import torch.nn.functional as nn
from safetensors import safe_open
from torch import Tensor


@dataclass
class Settings:
    """What the objective is made of, as the program names it."""

    contentWeight: float  # alpha
    styleWeight: float  # beta
    totalVariationWeight: float
    styleLoss: str  # "wasserstein", "covariance" or "gram"
    contentLayers: dict[str, float]
    styleLayers: dict[str, float]
    pyramidLevels: int

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Settings":
        return Settings(**json.loads(text))


# MARK: The network


def halve(x: Tensor) -> Tensor:
    """Average pooling 2 x 2; an odd last row or column is averaged over the pixels there are."""
    return nn.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)


class FeatureNetwork:
    """3 x 3 convolutions with replicate padding, a ReLU after every one, and average pooling between the blocks."""

    def __init__(self, architecture: str, parameters: dict[str, Tensor]):
        self.architecture = architecture.split()  # "conv1_1 conv1_2 pool conv2_1 ..."
        self.parameters = parameters  # "conv1_1.weight": Cout x Cin x 3 x 3, "conv1_1.bias": Cout

    @staticmethod
    def load(path: str, dtype=torch.float32) -> "FeatureNetwork":
        with safe_open(path, "pt") as file:
            parameters = {name: file.get_tensor(name).to(dtype) for name in file.keys()}
            return FeatureNetwork(file.metadata()["architecture"], parameters)

    def to(self, memory_format) -> "FeatureNetwork":
        """The same network with its weights laid out anew; channels_last is the faster one on a CPU."""
        parameters = {
            name: tensor.contiguous(memory_format=memory_format) if tensor.dim() == 4 else tensor
            for name, tensor in self.parameters.items()
        }
        return FeatureNetwork(" ".join(self.architecture), parameters)

    def __call__(self, x: Tensor, layers) -> dict[str, Tensor]:
        """The activations of the named layers; nothing deeper than the deepest of them is computed."""
        wanted = set(layers)
        activations = {"pixels": (x - 0.5) / 0.25} if "pixels" in wanted else {}
        for step in self.architecture:
            if len(activations) == len(wanted):
                break
            if step == "pool":
                x = halve(x)
                continue
            x = nn.pad(x, (1, 1, 1, 1), mode="replicate")
            x = nn.conv2d(x, self.parameters[step + ".weight"], self.parameters[step + ".bias"]).relu_()
            name = step.replace("conv", "relu")
            if name in wanted:
                activations[name] = x
        missing = wanted - activations.keys()
        if missing:
            raise ValueError(f"the network has no layer {sorted(missing)}")
        return activations


# MARK: Style


class MomentsOf(torch.autograd.Function):
    """Mean and second moment of F; autograd's own backward of F F^T would take two large products, this takes one."""

    @staticmethod
    def forward(context, F: Tensor):
        context.save_for_backward(F)
        # Summed in blocks: rounding does not grow with the picture then (1e-5 of the loss at 512 x 512 in float32).
        products = sum(block @ block.T for block in F.split(16384, dim=1))
        return F.mean(1), products / F.shape[1]

    @staticmethod
    def backward(context, mean_gradient: Tensor, second_gradient: Tensor):
        (F,) = context.saved_tensors
        count = F.shape[1]
        symmetric = (second_gradient + second_gradient.T) / count
        # Transposed, because activations in channels_last are N x C in memory and the gradient should be too.
        return torch.addmm(mean_gradient / count, F.T, symmetric).T


@dataclass
class Moments:
    """m = E f (C) and S = E f f^T (C x C) of a layer's activations."""

    mean: Tensor
    second: Tensor

    @staticmethod
    def of(activations: Tensor) -> "Moments":
        # H W C and back is a view of channels_last memory.
        F = activations[0].permute(1, 2, 0).reshape(-1, activations.shape[1]).T
        return Moments(*MomentsOf.apply(F))

    @staticmethod
    def blend(moments: list["Moments"], weights: list[float]) -> "Moments":
        """Several styles: their moments are averaged, and the covariance is that of the average."""
        total = sum(weights)
        return Moments(
            sum(w / total * m.mean for w, m in zip(weights, moments)),
            sum(w / total * m.second for w, m in zip(weights, moments)),
        )

    @property
    def covariance(self) -> Tensor:
        return self.second - torch.outer(self.mean, self.mean)

    @property
    def scale(self) -> Tensor:
        """How large a style is at this layer: distances are divided by it, so that layers compare."""
        return self.covariance.trace() + 1e-3 * self.mean.square().sum() + 1e-8


class WassersteinDistance:
    """Squared Wasserstein-2 distance of the Gaussians with these moments, divided by the style's scale.

    |m - m_s|^2 + tr A + tr B - 2 tr (K^T A K)^(1/2) with A = cov + eps I, B = cov_s + eps I, K K^T = B.
    The square root is taken of eigenvalues in float64, whatever the rest runs in: they span the square of the range of
    those of A and B, and in float32 the gradient is wrong by a tenth. None can be below eps^2, so rounding is clamped there.
    """

    def __init__(self, style: Moments):
        self.style, self.scale = style, style.scale
        eps = 1e-4 * self.scale.double() / len(style.mean)
        self.floor = eps.square()
        self.eps = eps * torch.eye(len(style.mean), dtype=torch.float64)
        self.B = style.covariance.double() + self.eps
        self.K = torch.linalg.cholesky(self.B)

    def __call__(self, moments: Moments) -> Tensor:
        A = moments.covariance.double() + self.eps
        cross = torch.linalg.eigvalsh(self.K.T @ A @ self.K).maximum(self.floor).sqrt().sum()
        means = (moments.mean - self.style.mean).square().sum()
        return (means + (A.trace() + self.B.trace() - 2 * cross).to(means.dtype)) / self.scale


class CovarianceDistance:
    """Squared differences of mean and covariance, each over the style's own size."""

    def __init__(self, style: Moments):
        self.style, self.scale = style, style.scale
        self.size = style.covariance.square().sum() + 1e-6 * style.scale.square()

    def __call__(self, moments: Moments) -> Tensor:
        means = (moments.mean - self.style.mean).square().sum()
        covariances = (moments.covariance - self.style.covariance).square().sum()
        return means / self.scale + covariances / self.size


class GramDistance:
    """Squared difference of the Gram matrices F F^T / N, as in the literature."""

    def __init__(self, style: Moments):
        self.style = style
        self.size = style.second.square().sum() + 1e-6 * style.second.trace().square()

    def __call__(self, moments: Moments) -> Tensor:
        return (moments.second - self.style.second).square().sum() / self.size


DISTANCES = {"wasserstein": WassersteinDistance, "covariance": CovarianceDistance, "gram": GramDistance}


# MARK: Content and regularizer


class ContentDistance:
    """Mean squared difference of activations over their variance in the content picture."""

    def __init__(self, activations: Tensor):
        self.activations = activations
        variance = (activations - activations.mean((2, 3), keepdim=True)).square().mean()
        self.size = variance + 1e-3 * activations.square().mean() + 1e-8

    def __call__(self, activations: Tensor) -> Tensor:
        return nn.mse_loss(activations, self.activations) / self.size


def total_variation(x: Tensor) -> Tensor:
    """Mean squared differences of neighbours in a nine-point stencil, so that edges cost the same at any angle."""

    def mean_square(a: Tensor, b: Tensor):
        return nn.mse_loss(a, b) if a.numel() else x.new_zeros(())

    across = mean_square(x[..., :, 1:], x[..., :, :-1])
    down = mean_square(x[..., 1:, :], x[..., :-1, :])
    diagonal = mean_square(x[..., 1:, 1:], x[..., :-1, :-1])
    antidiagonal = mean_square(x[..., 1:, :-1], x[..., :-1, 1:])
    return 2 * (across / 3 + down / 3 + diagonal / 12 + antidiagonal / 12)


# MARK: The objective


class Objective:
    def __init__(self, network: FeatureNetwork, content: Tensor, styles: list[Tensor],
                 style_weights: list[float] | None, settings: Settings):
        self.network = network
        self.settings = settings
        style_weights = style_weights or [1.0] * len(styles)
        distance = DISTANCES[settings.styleLoss]
        with torch.no_grad():
            features = network(content, settings.contentLayers)
            self.content = {name: ContentDistance(features[name]) for name in settings.contentLayers}
            self.style = []  # for every level of the pyramid, a distance for every layer
            for _ in range(settings.pyramidLevels):
                moments = [
                    {name: Moments.of(a) for name, a in network(style, settings.styleLayers).items()} for style in styles
                ]
                self.style.append({
                    name: distance(Moments.blend([of[name] for of in moments], style_weights))
                    for name in settings.styleLayers
                })
                styles = [halve(style) for style in styles]

    def terms(self, x: Tensor) -> dict[str, Tensor]:
        """The three terms before they are weighted."""
        settings = self.settings
        content, style, level = x.new_zeros(()), x.new_zeros(()), x
        for index, distances in enumerate(self.style):
            if index > 0:
                level = halve(level)
            layers = {*settings.styleLayers, *(settings.contentLayers if index == 0 else ())}
            features = self.network(level, layers)
            if index == 0:
                for name, weight in settings.contentLayers.items():
                    content = content + weight * self.content[name](features[name])
            for name, weight in settings.styleLayers.items():
                style = style + weight * distances[name](Moments.of(features[name]))
        return {"content": content, "style": style / len(self.style), "tv": total_variation(x)}

    def __call__(self, x: Tensor) -> Tensor:
        terms, settings = self.terms(x), self.settings
        return (settings.contentWeight * terms["content"] + settings.styleWeight * terms["style"]
                + settings.totalVariationWeight * terms["tv"])

    def evaluate(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Loss and its gradient with respect to the picture."""
        x = x.detach().requires_grad_()
        loss = self(x)
        (gradient,) = torch.autograd.grad(loss, x)
        return loss.detach(), gradient
