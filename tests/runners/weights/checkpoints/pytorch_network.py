"""Writes one CIFAR ResNet-8 with random weights as PyTorch does, in every format that trainers leave behind, and what it says.

Started with a folder. `answer.json` there: images [B, 3, 32, 32] and PyTorch's own logits in eval mode, each flat. The network's
names are those of the public CIFAR ResNets (conv1, bn1, layerN.M.convK, layerN.M.downsample.0, fc).
"""

import argparse
import collections
import datetime
import json
import os
import pathlib
import random
import sys

import numpy
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride > 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet8(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Block(16, 16, 1))
        self.layer2 = nn.Sequential(Block(16, 32, 2))
        self.layer3 = nn.Sequential(Block(32, 64, 2))
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        y = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.fc(y.mean((2, 3)))


class Hostile:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


folder = sys.argv[1]
torch.manual_seed(5)
network = ResNet8(10)
with torch.no_grad():
    # A pass in training mode gives running statistics that are not the first ones.
    network.train()(torch.randn(32, 3, 32, 32) * 2 + 1)
    images = torch.randn(4, 3, 32, 32)
    logits = network.eval()(images)
with open(os.path.join(folder, "answer.json"), "w") as file:
    json.dump({"images": images.flatten().tolist(), "logits": logits.flatten().tolist()}, file)

state = network.state_dict()
parallel = {f"module.{name}": value for name, value in state.items()}
legacy = {"_use_new_zipfile_serialization": False}
optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9).state_dict()


def save(content, name, **options):
    torch.save(content, os.path.join(folder, name), **options)


save(state, "zip.pth")
save(state, "legacy.pth", **legacy)
save({"model": state, "accuracy": torch.tensor(71.5)}, "model.pth")
save({"epoch": 240, "state_dict": parallel, "optimizer": optimizer}, "parallel.tar")
save({"net": parallel, "opt": {"lr": 0.1}}, "legacy-parallel.pt", **legacy)


class History:
    """As mmengine's HistoryBuffer keeps it: arrays, and functions by name."""

    def __init__(self):
        self.values = numpy.arange(5000, dtype=numpy.float64)
        self.statistics = {"mean": numpy.mean}


schedule = torch.optim.lr_scheduler.MultiStepLR(
    torch.optim.SGD(network.parameters(), lr=0.1), [150, 180]
)
beside = {
    "opt": argparse.Namespace(lr=0.1, path=pathlib.Path("x"), milestones={150, 180}),
    "best": numpy.float64(71.5),
    "confusion": numpy.eye(10, dtype=numpy.int64),
    "history": collections.defaultdict(list, {"loss": [History()]}),
    "counts": collections.Counter("abca"),
    "time": datetime.datetime(2020, 1, 2, 3, 4, 5),
    "optimizer": torch.optim.Adam(network.parameters()).state_dict(),
    "scheduler": schedule.state_dict(),
    "random": [torch.get_rng_state(), random.getstate(), numpy.random.get_state()],
    "dtype": torch.float16,
    "device": torch.device("cpu"),
    "size": torch.Size([3, 4]),
    "complex": torch.zeros(2, dtype=torch.complex64),
    "sparse": torch.eye(3).to_sparse(),
    "quantized": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
    "hook": Hostile(os.path.join(folder, "executed")),
}
save({"state_dict": state, **beside}, "beside.pth")
save({"model": state, **beside}, "beside-legacy.pth", **legacy)
save({"model": state, **beside}, "beside-protocol-4.pth", pickle_protocol=4)
expanded = dict(state, **{"fc.weight": state["fc.weight"].t().contiguous().t()})
expanded["bn1.weight"] = torch.tensor(0.7).expand(16)
save(expanded, "expanded.pth")
save(dict(expanded, **{"bn1.weight": torch.full((16,), 0.7)}), "expanded-written-out.pth")
save({"net": {f"module.student.{key}": torch.nn.Parameter(value, requires_grad=False)
              for key, value in state.items() if value.is_floating_point()}}, "student.pth")
for name, value in {
    "hostile": Hostile(os.path.join(folder, "executed")),
    "sparse": state["fc.weight"].to_sparse(),
    "quantized": torch.quantize_per_tensor(state["fc.weight"], 0.1, 0, torch.qint8),
    "complex": state["fc.weight"].to(torch.complex64),
    "array": state["fc.weight"].numpy(),
}.items():
    save(dict(state, **{"fc.weight": value}), f"weight-{name}.pth")
save(network, "whole.pth")
save(network, "whole-legacy.pth", **legacy)
save({"model": network}, "whole-within.pth")
save(Hostile(os.path.join(folder, "executed")), "hostile-legacy.pth", **legacy)
