"""The peer of bench/pictures.ts: torchvision's transforms of Pillow's pictures in one thread.

Argument: a folder in ImageNet's layout. For every line "VARIANT PICTURES" on standard input it makes that many training views
as loaders of ImageNet do (decode, random resized crop, flip, tensor, normalise) and prints the milliseconds of processor time
for each. Exit code 3 where torchvision is not installed.
"""

import json
import resource
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
try:
    import PIL
    import torch
    import torchvision
    from PIL import Image
    from torchvision import transforms as T
except ImportError:
    sys.exit(3)

torch.set_num_threads(1)
files = sorted(Path(sys.argv[1], "train").glob("*/*"))


def view(**options):
    return T.Compose([
        T.RandomResizedCrop(224, **options),
        T.RandomHorizontalFlip(),
        T.ToTensor(),
        T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])


variants = {
    "random resized crop": view(),
    "the same, bicubic": view(interpolation=T.InterpolationMode.BICUBIC),
}
versions = f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}, torch {torch.__version__}"
print(json.dumps({"variants": list(variants), "versions": versions}), flush=True)
for line in sys.stdin:
    variant, count = line.strip().rsplit(" ", 1)
    transform = variants[variant]
    start = time.process_time()
    for index in range(int(count)):
        with open(files[index], "rb") as file:
            transform(Image.open(file).convert("RGB"))
    spent = 1000 * (time.process_time() - start) / int(count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": [spent], "peakMiB": peak}), flush=True)
