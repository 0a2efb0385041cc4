"""The peer of `redistill bench --suite dense`: steps of detection and segmentation in PyTorch and torchvision, on a CPU.

Started with threads and a case as JSON ({"task", "student", "teacher", "methods", "batch", "side", "height", "classes"}). Prints one
line of JSON with its versions and its variants, then for every line "VARIANT STEPS" on standard input runs that many steps
and prints their milliseconds. Exit code 3 where PyTorch or torchvision is not installed.

Detection is torchvision's RetinaNet with the pyramid of mmdetection (its coarse levels begin at C5), stem and first stage
frozen, batch norms with their running statistics; FGD by its paper (arXiv 2111.11837, equations 2 to 13). Segmentation is
PSPNet on torchvision's ResNets, with mmsegmentation's stem, dilations and auxiliary head; CWD by its paper
(arXiv 2011.13256, equations 2 to 4). The optimizer is SGD with momentum and weight decay.
"""

import json
import resource
import sys
import time
import warnings

warnings.simplefilter("ignore")
try:
    import torch
    import torch.nn.functional as F
    import torchvision
    from torch import nn
    from torchvision.models import resnet
    from torchvision.models.detection import RetinaNet
    from torchvision.models.detection.backbone_utils import BackboneWithFPN
    from torchvision.ops.feature_pyramid_network import LastLevelP6P7
except ImportError:
    sys.exit(3)

threads, case = int(sys.argv[1]), json.loads(sys.argv[2])
torch.set_num_threads(threads)
batch, height, width = case["batch"], case["height"], case["side"]
objects = 7


def depth_of(name):
    return "resnet" + next(part[1:] for part in name.split("-") if part[:1] == "r" and part[1:].isdigit())


def retinanet(name):
    body = getattr(resnet, depth_of(name))()
    stages = {"layer2": "0", "layer3": "1", "layer4": "2"}
    extra = LastLevelP6P7(2048, 256)
    pyramid = BackboneWithFPN(body, stages, [512, 1024, 2048], 256, extra_blocks=extra)
    still = {"image_mean": [0.0] * 3, "image_std": [1.0] * 3}
    return RetinaNet(pyramid, case["classes"], min_size=height, max_size=width, **still)


def freeze(network):
    for layer in ("conv1", "bn1", "layer1"):
        getattr(network.backbone.body, layer).requires_grad_(False)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


class Context(nn.Module):
    """A GcBlock: the context of a map by a learned attention, transformed."""

    def __init__(self, channels):
        super().__init__()
        self.mask = nn.Conv2d(channels, 1, 1)
        half = channels // 2
        norm = nn.LayerNorm([half, 1, 1])
        self.add = nn.Sequential(nn.Conv2d(channels, half, 1), norm, nn.ReLU(), nn.Conv2d(half, channels, 1))

    def forward(self, x):
        shares = F.softmax(self.mask(x).flatten(1), 1)
        return x + self.add(torch.einsum("bcn,bn->bc", x.flatten(2), shares)[:, :, None, None])


def attention(x, temperature=0.5):
    size = x.abs()
    spatial = F.softmax(size.mean(1).flatten(1) / temperature, 1) * size[0, 0].numel()
    channel = F.softmax(size.mean((2, 3)) / temperature, 1) * size.shape[1]
    return spatial.view(len(x), *x.shape[2:]), channel


class Fgd(nn.Module):
    def __init__(self):
        super().__init__()
        self.student = nn.ModuleList(Context(256) for _ in range(5))
        self.teacher = nn.ModuleList(Context(256) for _ in range(5))

    def forward(self, maps, taught, boxes):
        return sum(self.level(level, *pair, boxes) for level, pair in enumerate(zip(maps, taught)))

    def level(self, level, own, other, boxes):
        foreground, background = masks(own, boxes)
        spatial, channel = attention(own)
        spatial_t, channel_t = attention(other)
        weighted = ((own - other) ** 2 * channel_t[:, :, None, None]).sum(1) * spatial_t
        focal = 1e-3 * (weighted * foreground).sum() + 5e-4 * (weighted * background).sum()
        between = (spatial - spatial_t).abs().sum() + (channel - channel_t).abs().sum()
        relation = ((self.student[level](own) - self.teacher[level](other)) ** 2).sum()
        return (focal + 5e-4 * between + 5e-6 * relation) / batch


def masks(x, boxes):
    rows, columns = x.shape[2:]
    foreground = torch.zeros(batch, rows, columns)
    background = torch.ones(batch, rows, columns)
    for picture, own in enumerate(boxes):
        scaled = own * torch.tensor([columns / width, rows / height] * 2)
        for left, top, right, bottom in scaled.tolist():
            place = (picture, slice(int(top), int(bottom) + 2), slice(int(left), int(right) + 2))
            foreground[place] = foreground[place].clamp(min=1 / foreground[place].numel())
            background[place] = 0
    counts = background.sum((1, 2), keepdim=True).clamp(min=1)
    return foreground, background / counts


class Detection:
    def __init__(self, memory_format):
        self.network = retinanet(case["student"]).train().to(memory_format=memory_format)
        freeze(self.network)
        self.pictures = [torch.randn(3, height, width) for _ in range(batch)]
        self.targets = [self.truth() for _ in range(batch)]
        self.method, self.teacher = None, None
        if case["teacher"] is not None:
            self.teacher = retinanet(case["teacher"]).eval().to(memory_format=memory_format)
            self.method = Fgd().to(memory_format=memory_format)
        self.memory_format = memory_format
        self.maps = None
        self.network.backbone.register_forward_hook(self.keep)

    def truth(self):
        sides = torch.tensor([width, height])
        size = sides * (0.1 + 0.4 * torch.rand(objects, 2))
        corner = (sides - size) * torch.rand(objects, 2)
        return {"boxes": torch.cat([corner, corner + size], 1), "labels": torch.randint(case["classes"], (objects,))}

    def keep(self, module, given, maps):
        self.maps = list(maps.values())

    def trained(self):
        networks = [self.network] if self.method is None else [self.network, self.method]
        return [each for network in networks for each in network.parameters() if each.requires_grad]

    def loss(self):
        terms = self.network(self.pictures, self.targets)
        loss = sum(terms.values())
        if self.method is not None:
            with torch.no_grad():
                images = torch.stack(self.pictures).to(memory_format=self.memory_format)
                taught = list(self.teacher.backbone(images).values())
                self.teacher.head(taught)
            loss = loss + self.method(self.maps, taught, [target["boxes"] for target in self.targets])
        return loss


def norm_relu(inputs, outputs, kernel, stride=1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class PspNet(nn.Module):
    def __init__(self, name):
        super().__init__()
        body = getattr(resnet, depth_of(name))()
        stem = [norm_relu(3, 32, 3, 2), norm_relu(32, 32, 3), norm_relu(32, 64, 3), body.maxpool]
        self.body = nn.Sequential(*stem, body.layer1, body.layer2, body.layer3)
        self.last = body.layer4
        dilate(body.layer3, 2)
        dilate(body.layer4, 4)
        last = body.fc.in_features
        channels = last // 4
        self.pooled = nn.ModuleList(norm_relu(last, channels, 1) for _ in range(4))
        self.bottleneck = norm_relu(last + 4 * channels, channels, 3)
        self.classifier = nn.Conv2d(channels, case["classes"], 1)
        self.auxiliary = nn.Sequential(
            norm_relu(last // 2, channels // 2, 3), nn.Dropout2d(0.1), nn.Conv2d(channels // 2, case["classes"], 1)
        )

    def forward(self, x):
        middle = self.body(x)
        x = self.last(middle)
        size = x.shape[2:]
        priors = [
            F.interpolate(narrow(F.adaptive_avg_pool2d(x, scale)), size=size, mode="bilinear", align_corners=False)
            for scale, narrow in zip((1, 2, 3, 6), self.pooled)
        ]
        embedding = F.dropout2d(self.bottleneck(torch.cat([x, *priors], 1)), 0.1, self.training)
        return self.classifier(embedding), self.auxiliary(middle) if self.training else None


def dilate(stage, dilation):
    """A stage without stride; the first block has half the dilation, the second convolution of a basic block none."""
    for index, block in enumerate(stage):
        own = dilation // 2 if index == 0 else dilation
        basic = isinstance(block, resnet.BasicBlock)
        wide = block.conv1 if basic else block.conv2
        wide.stride, wide.dilation, wide.padding = (1, 1), (own, own), (own, own)
        if block.downsample is not None:
            block.downsample[0].stride = (1, 1)


class Segmentation:
    def __init__(self, memory_format):
        self.network = PspNet(case["student"]).train().to(memory_format=memory_format)
        self.teacher = PspNet(case["teacher"]).eval().to(memory_format=memory_format)
        self.pictures = torch.randn(batch, 3, height, width).to(memory_format=memory_format)
        self.labels = torch.randint(case["classes"], (batch, height, width))

    def trained(self):
        return list(self.network.parameters())

    def error(self, logits):
        full = F.interpolate(logits, size=(height, width), mode="bilinear", align_corners=False)
        return F.cross_entropy(full, self.labels)

    def loss(self):
        logits, auxiliary = self.network(self.pictures)
        loss = self.error(logits) + 0.4 * self.error(auxiliary)
        with torch.no_grad():
            soft = F.softmax(self.teacher(self.pictures)[0].flatten(2) / 4, 2)
        log_own = F.log_softmax(logits.flatten(2) / 4, 2)
        divergence = F.kl_div(log_own, soft, reduction="sum") * 16 / (batch * case["classes"])
        return loss + 3 * divergence


formats = {"plain": torch.contiguous_format, "channels_last": torch.channels_last}
made = {}


def step_of(variant):
    if variant not in made:
        made.clear()
        torch.manual_seed(1)
        work = (Detection if case["task"] == "detection" else Segmentation)(formats[variant])
        made[variant] = work, torch.optim.SGD(work.trained(), lr=1e-3, momentum=0.9, weight_decay=1e-4)
    return made[variant]


def step(work, optimizer):
    loss = work.loss()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


versions = f"{torch.__version__}, torchvision {torchvision.__version__}"
print(json.dumps({"version": versions, "variants": list(formats)}), flush=True)
for line in sys.stdin:
    variant, steps = line.rstrip("\n").rsplit(" ", 1)
    own = step_of(variant)
    times = []
    before = time.process_time()
    for _ in range(int(steps)):
        start = time.perf_counter()
        step(*own)
        times.append((time.perf_counter() - start) * 1000)
    spent = (time.process_time() - before) * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": times, "processorMs": spent, "peakMiB": peak}), flush=True)
