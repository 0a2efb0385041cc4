# Golden values of timm's RandAugment operations and of the mixing of bytes in its loader.
# Usage: python make-timm.py FOLDER_OF_TIMM_0.6.5/timm/data
import base64, importlib.util, json, os, random, sys
import numpy as np, PIL
from PIL import Image

spec = importlib.util.spec_from_file_location('auto_augment', os.path.join(sys.argv[1], 'auto_augment.py'))
aa = importlib.util.module_from_spec(spec)
spec.loader.exec_module(aa)

rng = np.random.default_rng(11)
def picture(kind, size):
    w, h = size
    if kind == 'noise':
        return rng.integers(0, 256, (h, w, 3), dtype=np.uint8)
    y, x = np.mgrid[0:h, 0:w]
    return np.stack([30 + 9 * x + y, 220 - 9 * y, 60 + 6 * x + 3 * y], -1).astype(np.uint8)

b64 = lambda a: base64.b64encode(np.asarray(a).tobytes()).decode()
fill = (129, 124, 112)
filters = {'bilinear': Image.Resampling.BILINEAR, 'bicubic': Image.Resampling.BICUBIC}
signed = {'Rotate', 'ColorIncreasing', 'ContrastIncreasing', 'BrightnessIncreasing', 'SharpnessIncreasing', 'ShearX', 'ShearY', 'TranslateXRel', 'TranslateYRel'}
geometric = {'Rotate', 'ShearX', 'ShearY', 'TranslateXRel', 'TranslateYRel'}
plain = {'AutoContrast', 'Equalize', 'Invert'}

pictures, cases = {}, []
for kind, size in [('noise', (11, 9)), ('smooth', (16, 14))]:
    a = picture(kind, size)
    im = Image.fromarray(a)
    pictures[kind] = {'width': size[0], 'height': size[1], 'pixels': b64(a)}
    for name in sorted(set(aa._RAND_TRANSFORMS) | set(aa._RAND_INCREASING_TRANSFORMS)):
        for level in [0.0] if name in plain else [0.0, 3.37, 9.0, 10.0]:
            for negated in [False, True] if name in signed else [False]:
                for filter in filters if name in geometric else ['bicubic']:
                    # timm negates where random.random() is above one half.
                    aa.random.random = lambda: 0.9 if negated else 0.1
                    op = aa.AugmentOp(name, prob=1.0, magnitude=level, hparams={'img_mean': fill, 'interpolation': filters[filter]})
                    cases.append({'picture': kind, 'operation': name, 'level': level, 'negated': negated, 'interpolation': filter, 'pixels': b64(op(im))})

# What FastCollateMixup does in mode "batch": single precision, rounded by rint.
mixes, batch = [], np.stack([picture('noise', (6, 5)) for _ in range(4)])
single = batch.astype(np.float32)
for share in [0.7, 0.5, 0.031]:
    both = single * np.float32(share) + single[::-1] * np.float32(1 - share)
    mixes.append({'share': share, 'pixels': b64(np.rint(both).astype(np.uint8))})
json.dump({'schemaVersion': 1, 'pillow': PIL.__version__, 'timm': '0.6.5',
  'note': 'Bytes (base64, HWC) of the operations of timm/data/auto_augment.py at a level, in one of both directions, and of batches mixed as timm/data/mixup.py FastCollateMixup mixes bytes.',
  'fill': fill, 'pictures': pictures, 'cases': cases,
  'batch': {'height': 5, 'width': 6, 'pixels': b64(batch)}, 'mixes': mixes}, open('timm.json', 'w'))
print(len(cases), len(mixes), PIL.__version__)
