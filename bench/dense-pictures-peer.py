"""The peer of bench/dense-pictures.ts: OpenCV as mmdetection's loaders use it, in one thread.

Argument: a folder of pictures. For every line "VARIANT PICTURES" on standard input it makes that many pictures (imread, resize
within 1333 x 800 with proportions kept, mirror every second one, normalise where the variant says so, pad to a multiple of 32)
and prints the milliseconds of processor time for each. Exit code 3 where OpenCV is not installed.
"""

import hashlib
import json
import resource
import sys
import time
from pathlib import Path

try:
    import cv2
    import numpy as np
except ImportError:
    sys.exit(3)

cv2.setNumThreads(1)
files = sorted(str(path) for path in Path(sys.argv[1]).glob("*"))
mean = np.array([123.675, 116.28, 103.53], np.float64).reshape(1, -1)
inverse = 1 / np.array([58.395, 57.12, 57.375], np.float64).reshape(1, -1)


def resized(file):
    picture = cv2.imread(file, cv2.IMREAD_COLOR)
    height, width = picture.shape[:2]
    factor = min(1333 / max(height, width), 800 / min(height, width))
    return cv2.resize(picture, (int(width * factor + 0.5), int(height * factor + 0.5)), interpolation=cv2.INTER_LINEAR)


def padded(picture):
    height, width = picture.shape[:2]
    return cv2.copyMakeBorder(picture, 0, -height % 32, 0, -width % 32, cv2.BORDER_CONSTANT, value=0)


def mirrored(picture, count):
    return cv2.flip(picture, 1) if count % 2 else picture


def normalised(picture):
    """mmcv 2.1.0 mmcv/image/photometric.py, `imnormalize_`."""
    picture = picture.astype(np.float32)
    cv2.cvtColor(picture, cv2.COLOR_BGR2RGB, picture)
    cv2.subtract(picture, mean, picture)
    cv2.multiply(picture, inverse, picture)
    return picture


variants = {
    "bytes, padded": lambda file, count: padded(mirrored(resized(file), count)),
    "normalised, padded": lambda file, count: padded(normalised(mirrored(resized(file), count))),
}
checksums = [hashlib.sha256(cv2.cvtColor(resized(file), cv2.COLOR_BGR2RGB).tobytes()).hexdigest() for file in files]
versions = f"OpenCV {cv2.__version__}"
print(json.dumps({"variants": list(variants), "versions": versions, "checksums": checksums}), flush=True)
following = 0
for line in sys.stdin:
    variant, count = line.strip().rsplit(" ", 1)
    times = []
    for each in range(int(count)):
        start = time.process_time()
        variants[variant](files[following % len(files)], following)
        times.append(1000 * (time.process_time() - start))
        following += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"times": times, "peakMiB": peak}), flush=True)
