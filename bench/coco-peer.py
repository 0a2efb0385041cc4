"""Evaluates a COCO result file with pycocotools and prints its twelve figures and versions as JSON.

Arguments: annotations, detections, bbox or segm. Exit code 3 where pycocotools is not installed.
"""

import contextlib
import importlib.metadata
import io
import json
import platform
import sys

try:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
except ImportError:
    sys.exit(3)

annotations, detections, iou = sys.argv[1:]
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(annotations)
    evaluation = COCOeval(truth, truth.loadRes(detections), iou)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
json.dump(
    {
        "figures": [float(value) for value in evaluation.stats],
        "python": platform.python_version(),
        "pycocotools": importlib.metadata.version("pycocotools"),
        "numpy": importlib.metadata.version("numpy"),
    },
    sys.stdout,
)
