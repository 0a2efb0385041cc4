# Golden values of Pillow and torchvision for what a training and an evaluation see of a picture.
# Pillow 9.5.0 and 12.2.0 give the same file but for the version that it states; Pillow 13.0.0 resizes some pictures in
# another order, which rounds differently. Random numbers of torchvision are replaced by recorded ones, in double precision as timm has them.
import base64, hashlib, json, math, random, types
import numpy as np, PIL, torch, torchvision
from PIL import Image
from torchvision.transforms import functional as F, transforms as T

rng = np.random.default_rng(11)
numbers = random.Random(5)
FILTERS = {'bilinear': F.InterpolationMode.BILINEAR, 'bicubic': F.InterpolationMode.BICUBIC}


def picture(kind, width, height):
    if kind == 'noise':
        return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    y, x = np.mgrid[0:height, 0:width]
    # Hard edges: bicubic weights go below 0 and above 255 there.
    stripes = np.where((x // 5 + y // 3) % 2 == 0, 255, 0)
    return np.stack([stripes, 255 - stripes, (3 * x + 2 * y) % 256], -1).astype(np.uint8)


def sha(image):
    return hashlib.sha256(np.asarray(image).tobytes()).hexdigest()


class Recorded:
    """Stands for torch in torchvision's code: draws from Python and keeps what was drawn."""
    draws = []

    @classmethod
    def uniform(cls):
        cls.draws.append(numbers.random())
        return cls.draws[-1]

    @staticmethod
    def empty(_):
        return types.SimpleNamespace(uniform_=lambda a, b: types.SimpleNamespace(item=lambda: a + (b - a) * Recorded.uniform()))

    @staticmethod
    def tensor(values):
        return values

    @staticmethod
    def log(values):
        return [math.log(value) for value in values]

    @staticmethod
    def exp(value):
        return types.SimpleNamespace(item=lambda: math.exp(value.item()))

    @staticmethod
    def randint(low, high, size):
        return types.SimpleNamespace(item=lambda: low + int(Recorded.uniform() * (high - low)))


def recorded(run):
    Recorded.draws = []
    T.torch = Recorded
    try:
        return run(), Recorded.draws
    finally:
        T.torch = torch


pictures = {
    'noise': picture('noise', 61, 47),
    'edges': picture('edges', 50, 83),
    'small': picture('noise', 32, 32),
    'strip': picture('noise', 90, 7),
}
images = {name: Image.fromarray(a) for name, a in pictures.items()}

resized = []
for name, (box, size) in [(n, c) for n in images for c in [
    (None, (24, 24)), (None, (64, 96)), (None, (224, 224)), ((3, 2, 25, 5), (16, 40)),
    ((0, 0, 1, 1), (8, 8)), (None, 'height'), (None, 'width'), (None, 'both'),
]]:
    image = images[name]
    width, height = image.size
    if size == 'height': size = (height, 20)
    if size == 'width': size = (20, width)
    if size == 'both': size = (height, width)
    x, y, w, h = box or (0, 0, width, height)
    for word, mode in FILTERS.items():
        out = F.resized_crop(image, y, x, h, w, size, mode)
        resized.append({'picture': name, 'part': [x, y, w, h], 'height': size[0], 'width': size[1], 'filter': word, 'sha256': sha(out)})

parts = []
for width, height in [(500, 375), (375, 500), (32, 32), (64, 64), (900, 60), (60, 900), (5, 4), (1, 1), (2, 700)]:
    sized = Image.new('RGB', (width, height))
    for scale, ratio in [((0.08, 1.0), (3 / 4, 4 / 3)), ((0.2, 0.5), (3 / 4, 4 / 3)), ((0.9, 1.0), (1.2, 3.0)), ((0.05, 1.0), (0.5, 2.0))]:
        for _ in range(4):
            (i, j, h, w), draws = recorded(lambda: T.RandomResizedCrop.get_params(sized, scale, ratio))
            parts.append({'width': width, 'height': height, 'scale': scale, 'ratio': ratio, 'draws': draws, 'part': [j, i, w, h]})

views = []
for name, image in images.items():
    for kind, size, resize in [('random-resized-crop', 24, 28), ('random-resized-crop', 224, 248), ('random-crop', 24, 31)]:
        for word, mode in FILTERS.items():
            if kind == 'random-crop':
                train = T.Compose([T.Resize((resize, resize), mode), T.RandomCrop(size)])
                test = T.Compose([T.Resize((resize, resize), mode), T.CenterCrop(size)])
            else:
                train = T.RandomResizedCrop(size, interpolation=mode)
                test = T.Compose([T.Resize(resize, mode), T.CenterCrop(size)])
            seen, draws = recorded(lambda: train(image))
            views.append({'picture': name, 'kind': kind, 'size': size, 'resize': resize, 'filter': word, 'draws': draws,
                          'trainSha256': sha(seen), 'testSha256': sha(test(image))})

b64 = lambda a: base64.b64encode(a.tobytes()).decode()
json.dump({
    'schemaVersion': 1,
    'pillow': PIL.__version__,
    'torchvision': torchvision.__version__,
    'note': 'SHA-256 of the bytes (HWC) of torchvision transforms on pictures of Pillow. resized: crop, then resize. parts: '
            'RandomResizedCrop.get_params, whose random numbers in [0, 1) are recorded; part is x, y, width, height. views: whole transforms.',
    'pictures': {n: {'width': a.shape[1], 'height': a.shape[0], 'pixels': b64(a)} for n, a in pictures.items()},
    'resized': resized, 'parts': parts, 'views': views,
}, open('views.json', 'w'), indent=None)
print(len(resized), len(parts), len(views))
