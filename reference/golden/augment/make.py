# Golden values of Pillow for the operations of the strong view.
import base64, json, random
import numpy as np, PIL
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

rng = np.random.default_rng(7)
def picture(kind, size):
    w, h = size
    if kind == 'noise':
        return rng.integers(0, 256, (h, w, 3), dtype=np.uint8)
    if kind == 'smooth':
        y, x = np.mgrid[0:h, 0:w]
        return np.stack([40 + 3 * x + y, 200 - 4 * y, 90 + 2 * x], -1).astype(np.uint8)
    return np.full((h, w, 3), (17, 200, 3), dtype=np.uint8)

OPS = {
  'autocontrast': (lambda im, v: ImageOps.autocontrast(im), [0]),
  'brightness': (lambda im, v: ImageEnhance.Brightness(im).enhance(v), [0.05, 0.43217, 0.9499]),
  'color': (lambda im, v: ImageEnhance.Color(im).enhance(v), [0.05, 0.43217, 0.9499]),
  'contrast': (lambda im, v: ImageEnhance.Contrast(im).enhance(v), [0.05, 0.43217, 0.9499]),
  'equalize': (lambda im, v: ImageOps.equalize(im), [0]),
  'identity': (lambda im, v: im, [0]),
  'posterize': (lambda im, v: ImageOps.posterize(im, int(v)), [4, 5.7, 7.99]),
  'rotate': (lambda im, v: im.rotate(v), [-30, -7.3, 0, 12.345, 29.9]),
  'sharpness': (lambda im, v: ImageEnhance.Sharpness(im).enhance(v), [0.05, 0.43217, 0.9499]),
  'shearX': (lambda im, v: im.transform(im.size, Image.AFFINE, (1, v, 0, 0, 1, 0)), [-0.3, -0.111, 0.2999]),
  'shearY': (lambda im, v: im.transform(im.size, Image.AFFINE, (1, 0, 0, v, 1, 0)), [-0.3, -0.111, 0.2999]),
  'solarize': (lambda im, v: ImageOps.solarize(im, v), [0, 77.5, 128, 255.9]),
  'translateX': (lambda im, v: im.transform(im.size, Image.AFFINE, (1, 0, v * im.size[0], 0, 1, 0)), [-0.3, -0.01, 0.2999]),
  'translateY': (lambda im, v: im.transform(im.size, Image.AFFINE, (1, 0, 0, 0, 1, v * im.size[1])), [-0.3, -0.01, 0.2999]),
}
def cutout(im, size, x, y):
    w, h = im.size
    x0, y0 = int(max(0, x - size / 2)), int(max(0, y - size / 2))
    im = im.copy()
    ImageDraw.Draw(im).rectangle((x0, y0, min(w, x0 + size), min(h, y0 + size)), (125, 123, 114))
    return im
b64 = lambda a: base64.b64encode(np.asarray(a).tobytes()).decode()
pictures, cases = {}, []
for kind, size in [('noise', (13, 11)), ('smooth', (19, 16)), ('flat', (8, 8))]:
    a = picture(kind, size)
    pictures[kind] = {'width': size[0], 'height': size[1], 'pixels': b64(a)}
    im = Image.fromarray(a)
    for op, (run, values) in OPS.items():
        for v in values if kind != 'flat' else values[:1]:
            cases.append({'picture': kind, 'operation': op, 'value': v, 'pixels': b64(run(im, v))})
    for s, x, y in [(3.9, 5.2, 4.4), (0.3, 0, 0), (size[0] / 2, size[0] - 0.1, 0.2)]:
        cases.append({'picture': kind, 'operation': 'cutout', 'value': s, 'at': [x, y], 'pixels': b64(cutout(im, s, x, y))})
json.dump({'schemaVersion': 1, 'pillow': PIL.__version__, 'note': 'Bytes (base64, HWC) of Pillow for each operation of the strong view that MLKD trains on; cutout: a filled rectangle of side `value` around `at`.', 'pictures': pictures, 'cases': cases}, open('strong.json', 'w'))
print(len(cases), PIL.__version__)
