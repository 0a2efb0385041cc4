"""The peer of `redistill bench --suite step|cohort`: the same training steps in PyTorch, channels_last, on a CPU or a GPU.

Started with threads and a case as JSON ({"student", "teacher", "students", "batch", "classes", "device"}). Prints one line of JSON with
its version and its variants, then for every line "VARIANT STEPS" on standard input runs that many steps and prints their
milliseconds. Exit code 3 where PyTorch is not installed, or sees no GPU where one is asked for. Networks are the ResNets of He et al. 2016 for CIFAR; the step is what
public harnesses do: teacher in eval mode without gradients, cross-entropy and KD, SGD with momentum and weight decay.
"""

import json
import resource
import sys
import time

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval
except ImportError:
    sys.exit(3)

TEMPERATURE = 4.0
shapes = {
    "resnet20": (20, (16, 16, 32, 64)),
    "resnet8x4": (8, (32, 64, 128, 256)),
    "resnet32x4": (32, (32, 64, 128, 256)),
}


def conv_norm(inputs, outputs, kernel, stride):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride)
        self.second = conv_norm(outputs, outputs, 3, 1)
        same = stride == 1 and inputs == outputs
        self.shortcut = None if same else conv_norm(inputs, outputs, 1, stride)

    def forward(self, x):
        y = self.second(F.relu(self.first(x), inplace=True))
        return F.relu(y + (x if self.shortcut is None else self.shortcut(x)), inplace=True)


class ResNet(nn.Module):
    def __init__(self, name, classes):
        super().__init__()
        depth, widths = shapes[name]
        self.stem = conv_norm(3, widths[0], 3, 1)
        blocks, inputs = [], widths[0]
        for stage, outputs in enumerate(widths[1:]):
            for index in range((depth - 2) // 6):
                blocks.append(Block(inputs, outputs, 2 if stage > 0 and index == 0 else 1))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        y = self.blocks(F.relu(self.stem(x), inplace=True))
        return self.fc(y.mean((2, 3)))


def fold(module):
    """Replaces every convolution and batch norm by one convolution."""
    for name, child in module.named_children():
        pair = list(child.children()) if isinstance(child, nn.Sequential) else []
        if len(pair) == 2 and isinstance(pair[1], nn.BatchNorm2d):
            setattr(module, name, fuse_conv_bn_eval(*pair))
        elif child is not None:
            fold(child)
    return module


def channels_last(module):
    return module.to(device, memory_format=torch.channels_last)


class Steps:
    """One call is one training step of every student, each with its own optimizer, on one teacher forward pass."""

    def __init__(self, case, folded, compiled):
        batch, classes = case["batch"], case["classes"]
        torch.manual_seed(1)
        self.images = torch.randn(batch, 3, 32, 32).to(device, memory_format=torch.channels_last)
        self.labels = torch.randint(classes, (batch,)).to(device)
        self.teacher = None
        if case["teacher"] is not None:
            teacher = ResNet(case["teacher"], classes).eval()
            self.teacher = channels_last(fold(teacher) if folded else teacher)
        self.views = case.get("views", 1)
        self.students = [channels_last(ResNet(case["student"], classes)).train() for _ in range(case["students"])]
        self.optimizers = [
            torch.optim.SGD(student.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
            for student in self.students
        ]
        if compiled:
            self.students = [torch.compile(student) for student in self.students]
            self.teacher = None if self.teacher is None else torch.compile(self.teacher)

    def logits(self, network):
        # Losses have 32 bits, as here they have.
        with torch.autocast(device, dtype=torch.bfloat16, enabled=mixed):
            logits = network(self.images)
        return logits.float()

    def soft(self):
        if self.teacher is None:
            return None
        with torch.no_grad():
            return F.softmax(self.logits(self.teacher) / TEMPERATURE, 1)

    def loss(self, index, soft):
        logits = self.logits(self.students[index])
        loss = F.cross_entropy(logits, self.labels)
        if soft is None:
            return loss
        log_student = F.log_softmax(logits / TEMPERATURE, 1)
        divergence = F.kl_div(log_student, soft, reduction="batchmean") * TEMPERATURE**2
        return 0.1 * loss + 0.9 * divergence

    def learn(self, index, soft):
        loss = self.loss(index, soft)
        # A second view of every picture, as MLKD has: another pass of both networks. Its further terms are left out.
        for _ in range(1, self.views):
            loss = loss + self.loss(index, self.soft())
        self.optimizers[index].zero_grad()
        loss.backward()
        self.optimizers[index].step()
        return loss.item()

    def apart(self):
        for index in range(len(self.students)):
            self.learn(index, self.soft())

    def together(self):
        soft = self.soft()
        for index in range(len(self.students)):
            self.learn(index, soft)


class Evaluations:
    """One call evaluates every student on one batch: top-1, top-5 and the sum of losses."""

    def __init__(self, case, folded, compiled):
        batch, classes = case["batch"], case["classes"]
        torch.manual_seed(1)
        self.images = torch.randn(batch, 3, 32, 32).to(device, memory_format=torch.channels_last)
        self.labels = torch.randint(classes, (batch,)).to(device)
        networks = [ResNet(case["student"], classes).eval() for _ in range(case["students"])]
        networks = [channels_last(fold(network) if folded else network) for network in networks]
        self.networks = [torch.compile(network) for network in networks] if compiled else networks

    def apart(self):
        for network in self.networks:
            with torch.no_grad():
                logits = network(self.images)
                best = logits.topk(5).indices == self.labels[:, None]
                loss = F.cross_entropy(logits, self.labels, reduction="sum")
                [best[:, 0].sum().item(), best.sum().item(), loss.item()]


def compiles():
    """Whether torch.compile works here: PyTorch from version 2, and a compiler of C++ for the CPU."""
    try:
        return float(torch.compile(lambda x: x + 1)(torch.ones(2, device=device)).sum()) == 4
    except Exception:
        return False


threads, case = int(sys.argv[1]), json.loads(sys.argv[2])
device = case.get("device", "cpu")
mixed = case.get("mixed", False)
if device == "cuda" and not torch.cuda.is_available():
    sys.exit(3)
torch.set_num_threads(threads)
made = {}
forward = case.get("forward", False)
variants = ["plain", "folded"] if forward or case["teacher"] is not None else ["plain"]
if case.get("compile", True) and compiles():
    variants.append("compiled")
if case["students"] > 1 and not forward:
    variants.append("folded, shared teacher")


def step_of(variant):
    name, _, shared = variant.partition(", ")
    if name not in made:
        made.clear()
        made[name] = (Evaluations if forward else Steps)(case, name != "plain", name == "compiled")
    return made[name].together if shared else made[name].apart


print(json.dumps({"version": torch.__version__, "variants": variants}), flush=True)
for line in sys.stdin:
    variant, steps = line.rstrip("\n").rsplit(" ", 1)
    step = step_of(variant)
    times = []
    before = time.process_time()
    for _ in range(int(steps)):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    spent = (time.process_time() - before) * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": times, "processorMs": spent, "peakMiB": peak}), flush=True)
