"""The peer of `redistill bench --suite tokens`: the same networks of timm in PyTorch, on a CPU.

Started with threads and a case as JSON ({"student", "forward", "batch", "side", "classes"}). Prints one line of JSON with its
versions and its variants, then for every line "VARIANT STEPS" on standard input runs that many steps and prints their
milliseconds. Exit code 3 where PyTorch or timm is not installed. A step is cross-entropy, SGD with momentum and weight decay;
a forward pass is in eval mode without gradients. Attention of ViT is timm's own or PyTorch's scaled_dot_product_attention.
"""

import json
import resource
import sys
import time
import warnings

warnings.simplefilter("ignore")
try:
    import timm
    import torch
    import torch.nn.functional as F
    from timm.models.vision_transformer import Attention
except ImportError:
    sys.exit(3)

names = {
    "deit_t": "deit_tiny_patch16_224",
    "swin_t": "swin_tiny_patch4_window7_224",
    "mixer_b16": "mixer_b16_224",
}


def fused_attention(self, x):
    batch, tokens, width = x.shape
    qkv = self.qkv(x).reshape(batch, tokens, 3, self.num_heads, width // self.num_heads)
    queries, keys, values = qkv.permute(2, 0, 3, 1, 4).unbind(0)
    mixed = F.scaled_dot_product_attention(queries, keys, values)
    return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Steps:
    def __init__(self, case, variant):
        torch.manual_seed(1)
        self.network = timm.create_model(names[case["student"]], num_classes=case["classes"], drop_path_rate=0.0)
        self.images = torch.randn(case["batch"], 3, case["side"], case["side"])
        self.labels = torch.randint(case["classes"], (case["batch"],))
        if "channels_last" in variant:
            self.network = self.network.to(memory_format=torch.channels_last)
            self.images = self.images.contiguous(memory_format=torch.channels_last)
        self.forward_only = case["forward"]
        self.network.train(not self.forward_only)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)

    def step(self):
        if self.forward_only:
            with torch.no_grad():
                return F.cross_entropy(self.network(self.images), self.labels).item()
        loss = F.cross_entropy(self.network(self.images), self.labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


threads, case = int(sys.argv[1]), json.loads(sys.argv[2])
torch.set_num_threads(threads)
plain = Attention.forward
variants = ["plain", "channels_last"]
if case["student"] == "deit_t" and hasattr(F, "scaled_dot_product_attention"):
    variants += ["scaled_dot_product_attention", "scaled_dot_product_attention, channels_last"]
made = {}


def step_of(variant):
    if variant not in made:
        made.clear()
        Attention.forward = fused_attention if variant.startswith("scaled") else plain
        made[variant] = Steps(case, variant)
    return made[variant].step


print(json.dumps({"version": f"{torch.__version__}, timm {timm.__version__}", "variants": variants}), flush=True)
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
