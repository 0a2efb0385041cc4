"""Writes autocast_resnet32x4__resnet8x4.json: five steps of training in PyTorch on a CPU, in 32 bits and under torch.autocast with bfloat16.

    python3 make.py

Networks, weights, pictures, labels and optimizer are those of ../trajectory/resnet32x4__resnet8x4.json, whose first losses this
repeats in 32 bits: the script fails where it does not. Losses are computed in 32 bits, outside of autocast. The runs `*_reordered`
are the same steps with the pictures of the batch in another order, which changes nothing but the order of sums. `moved` are
steps in 32 bits whose pictures and weights are off by up to 2^-8, which is what rounding them to bfloat16 may do.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

here = pathlib.Path(__file__).parent
known = json.loads((here / "../trajectory/resnet32x4__resnet8x4.json").read_text())
STEPS = 5
TRIALS = 8
WIDTHS = (32, 64, 128, 256)
torch.set_num_threads(1)


def hash_values(count, k, seed):
    """r(i, k, seed) of the golden README for i = 0 .. count - 1."""
    i = np.arange(count, dtype=np.uint32)
    with np.errstate(over="ignore"):
        h = i * np.uint32(0x9E3779B1) + np.uint32((k * 0x85EBCA77 + seed) % 2**32)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x7FEB352D)
        h ^= h >> np.uint32(15)
        h *= np.uint32(0x846CA68B)
        h ^= h >> np.uint32(16)
    return h.astype(np.float64) / 2**31 - 1


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """The ResNet of He et al. 2016 for CIFAR, with widths x4; names as mdistiller has them."""

    def __init__(self, depth, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTHS[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTHS[0])
        inputs = WIDTHS[0]
        for stage, outputs in enumerate(WIDTHS[1:]):
            blocks = []
            for index in range((depth - 2) // 6):
                blocks.append(Block(inputs, outputs, 2 if stage > 0 and index == 0 else 1))
                inputs = outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        for layer in (self.layer1, self.layer2, self.layer3):
            y = layer(y)
        return self.fc(y.mean((2, 3)))


def filled(network, seed):
    """The network with weights by the formula of the golden README."""
    state = network.state_dict()
    floating = [name for name in state if state[name].is_floating_point()]
    norms = {name.rsplit(".", 1)[0] for name in floating if name.endswith("running_mean")}
    for k, name in enumerate(floating):
        shape = state[name].shape
        r = hash_values(state[name].numel(), k, seed)
        layer, last = name.rsplit(".", 1)
        if last == "running_var":
            values = 1 + 0.2 * r
        elif last == "running_mean" or last == "bias":
            values = 0.1 * r
        elif layer in norms:
            values = 0.85 + 0.15 * r
        else:
            values = math.sqrt(2 / math.prod(shape[1:])) * math.sqrt(3) * r
        state[name] = torch.tensor(values.reshape(shape), dtype=torch.float32)
    network.load_state_dict(state)
    return network


def pictures(batch, seed, tag):
    b, c, y, x = np.meshgrid(*(np.arange(n) for n in (batch, 3, 32, 32)), indexing="ij")
    wave = np.sin(0.17 * (b + 1) * x + 0.11 * (c + 2) * y + 0.9 * b)
    noise = hash_values(batch * 3 * 32 * 32, tag, seed).reshape(wave.shape)
    return torch.tensor(0.6 * noise + 0.8 * wave, dtype=torch.float32)


def moved(values, trial, tag):
    """Each value off by up to 2^-8 of itself; as it is without a trial."""
    if trial is None:
        return values
    return values * (1 + 2**-8 * torch.tensor(hash_values(values.numel(), tag, trial).reshape(values.shape), dtype=values.dtype))


def move(network, trial, tag):
    with torch.no_grad():
        for index, parameter in enumerate(network.parameters()):
            if parameter.dim() > 1:
                parameter.copy_(moved(parameter, trial, tag + index))
    return network


def train(hyper, half=False, reordered=False, trial=None):
    """Loss and gradient norm before every update."""
    seed, batch = known["seed"], known["batch"]
    images, labels = pictures(batch, seed, known["image_tag"]), torch.tensor(known["labels"])
    if reordered:
        order = torch.tensor([(3 * place + 1) % batch for place in range(batch)])
        images, labels = images[order], labels[order]
    images = moved(images, trial, 0)
    student = move(filled(ResNet(8, known["num_classes"]), seed).train(), trial, 1000)
    teacher = move(filled(ResNet(32, known["num_classes"]), seed).eval(), trial, 2000)
    settings = known["optimizer"]
    optimizer = torch.optim.SGD(
        student.parameters(), lr=settings["lr"], momentum=settings["momentum"], weight_decay=settings["weight_decay"]
    )
    steps = []
    for _ in range(STEPS):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            logits = student(images)
            with torch.no_grad():
                taught = teacher(images)
        logits, taught = logits.float(), taught.float()
        loss = F.cross_entropy(logits, labels)
        if hyper:
            t = hyper["T"]
            divergence = F.kl_div(F.log_softmax(logits / t, 1), F.softmax(taught / t, 1), reduction="batchmean") * t**2
            loss = hyper["ce"] * loss + hyper["kd"] * divergence
        optimizer.zero_grad()
        loss.backward()
        norm = torch.sqrt(sum(p.grad.double().square().sum() for p in student.parameters()))
        steps.append({"total": loss.item(), "grad_l2": norm.item()})
        optimizer.step()
    return steps


runs = {}
for name in ("CE", "KD"):
    hyper = known["runs"][name]["hyper"]
    runs[name] = {"hyper": hyper}
    for half, precision in ((False, "float32"), (True, "autocast")):
        for reordered in (False, True):
            runs[name][precision + ("_reordered" if reordered else "")] = train(hyper, half, reordered)
    runs[name]["moved"] = [train(hyper, trial=trial) for trial in range(TRIALS)]
    for own, official in zip(runs[name]["float32"], known["runs"][name]["steps"]):
        assert abs(own["total"] / official["total"] - 1) < 1e-4, (name, own, official)

kept = {key: known[key] for key in ("teacher", "student", "batch", "num_classes", "labels", "seed", "image_tag", "optimizer")}
source = f"torch {torch.__version__}, torch.autocast('cpu', dtype=torch.bfloat16), one thread; reference/golden/precision/make.py"
text = json.dumps({"source": source, **kept, "runs": runs}, separators=(",", ":"))
(here / "autocast_resnet32x4__resnet8x4.json").write_text(text + "\n")
