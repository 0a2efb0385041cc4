"""Writes one CIFAR ResNet-8 with random weights as PyTorch does, in every format that trainers leave behind, and what it says.

Started with a folder. `answer.json` there: images [B, 3, 32, 32] and PyTorch's own logits in eval mode, each flat. The network's
names are those of the public CIFAR ResNets (conv1, bn1, layerN.M.convK, layerN.M.downsample.0, fc).
"""

import json
import os
import sys

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
save({"state_dict": state, "hook": Hostile(os.path.join(folder, "executed"))}, "hostile.pth")
save(Hostile(os.path.join(folder, "executed")), "hostile-legacy.pth", **legacy)
