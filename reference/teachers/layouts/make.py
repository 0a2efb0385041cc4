"""Writes down the names and shapes that the networks of released teachers have in their authors' own code.

    python make.py CHECKOUTS

CHECKOUTS holds checkouts of RepDistiller, mdistiller, SDD-CVPR2024, CTKD and TorchDistiller, at the commits named below. Python has
torch 1.12.1, torchvision 0.13.1, mmcv-lite 2.1.0, mmdet 3.3.0, mmsegmentation 1.2.2, mmpretrain 1.2.0 and timm 0.6.5. No weights are needed.
The released files are older than these versions; what was renamed since is in the code of `layouts.ts`, which reads the files.
"""
import gzip, importlib, io, json, os, sys, types

root = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))


def write(name, source, network, classes):
    state = [[key, list(value.shape)] for key, value in network.state_dict().items()
             if not key.endswith('num_batches_tracked')]
    text = json.dumps({'source': source, 'num_classes': classes, 'state_dict': state}, separators=(',', ':'))
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode='wb', mtime=0) as file:
        file.write(text.encode())
    with open(os.path.join(here, f'{name}.json.gz'), 'wb') as file:
        file.write(raw.getvalue())
    print(name, len(state))


def checkout(folder, module):
    """A module of a checkout. Several of them call their packages alike."""
    for loaded in [key for key in sys.modules if key.split('.')[0] in ('models', 'mdistiller', 'libs', 'networks', 'utils')]:
        del sys.modules[loaded]
    path = os.path.join(root, folder)
    sys.path.insert(0, path)
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(path)


# RepDistiller: the networks of its released CIFAR-100 teachers
models = checkout('RepDistiller', 'models')
for name in ('wrn_40_2', 'resnet56', 'resnet110', 'resnet32x4', 'vgg13', 'ResNet50'):
    write(f'repdistiller_{name.lower()}', 'HobbitLong/RepDistiller@b84f547c5db6 models', models.model_dict[name](num_classes=100), 100)

# mdistiller: the networks of cifar_teachers.tar
mdistiller = checkout('mdistiller', 'mdistiller.models.cifar')
for name in ('resnet56', 'resnet110', 'resnet32x4', 'ResNet50', 'wrn_40_2', 'vgg13'):
    network = mdistiller.cifar_model_dict[name][0](num_classes=100)
    write(f'mdistiller_{name.lower()}', 'megvii-research/mdistiller@a08d46f10d61 mdistiller/models/cifar', network, 100)

# SDD: the networks of its CUB-200 teachers, which train_origin.py changes before it loads the weights
import ast, torch
sdd = checkout('SDD-CVPR2024', 'mdistiller.models.cifar')
with open(os.path.join(root, 'SDD-CVPR2024', 'train_origin.py')) as file:
    changing = [part for part in ast.parse(file.read()).body if getattr(part, 'name', '') == 'modify_teacher_model_for_cub200']
space = {'nn': torch.nn}
exec(compile(ast.Module(changing, []), 'train_origin.py', 'exec'), space)
for name in ('vgg13', 'resnet32x4', 'ResNet50'):
    config = types.SimpleNamespace(DISTILLER=types.SimpleNamespace(TEACHER=f'{name}_sdd'))
    network = space['modify_teacher_model_for_cub200'](sdd.cub_model_dict[f'{name}_sdd'][0](M='[1,2,4]', num_classes=200), config, 200)
    write(f'sdd_cub200_{name.lower()}', 'shicaiwei123/SDD-CVPR2024@e412036c6b7b mdistiller/models/cifar, train_origin.py', network, 200)

# CTKD: the ImageNet teacher
ctkd = checkout('CTKD', 'models')
write('ctkd_resnet34', 'zhengli97/CTKD@7d5252241259 models/resnetv2.py', ctkd.model_dict['ResNet34'](num_classes=1000), 1000)

# torchvision
import torchvision
for name in ('resnet34', 'resnet50'):
    write(f'torchvision_{name}', f'torchvision {torchvision.__version__.split("+")[0]} torchvision/models/resnet.py',
          getattr(torchvision.models, name)(), 1000)

# TorchDistiller: PSPNet-R101. Its InPlaceABN is compiled; the tensors are those of the batch norm that it stands for.
class InPlaceABN(torch.nn.BatchNorm2d):
    def __init__(self, features, **_):
        super().__init__(features)
libs = types.ModuleType('libs')
libs.InPlaceABN = libs.InPlaceABNSync = InPlaceABN
def torchdistiller():
    path = os.path.join(root, 'TorchDistiller', 'SemSeg-distill')
    for loaded in [key for key in sys.modules if key.split('.')[0] in ('networks', 'utils')]:
        del sys.modules[loaded]
    sys.modules['libs'] = libs
    sys.path.insert(0, path)
    return importlib.import_module('networks.pspnet')
pspnet = torchdistiller()
write('torchdistiller_pspnet_r101', 'irfanICMLL/TorchDistiller@78bac7cbe506 SemSeg-distill/networks/pspnet.py',
      pspnet.Res_pspnet(pspnet.Bottleneck, [3, 4, 23, 3], num_classes=19), 19)

# OpenMMLab. mmcv's compiled operations are asked for when it loads, and none of them holds tensors.
class Compiled(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return lambda *_: None
sys.modules['mmcv._ext'] = Compiled('mmcv._ext')
from mmengine.config import Config
from mmengine.registry import init_default_scope
def package(module):
    return os.path.join(os.path.dirname(importlib.import_module(module).__file__), '.mim', 'configs')
def built(module, path, registry):
    config = Config.fromfile(os.path.join(package(module), path)).model
    for key in ('backbone', 'auxiliary_head'):
        if config.get(key) and config[key].get('init_cfg'):
            config[key]['init_cfg'] = None
    config.pop('pretrained', None)
    init_default_scope(module)
    return registry.build(config)

import mmdet.registry, mmdet.models
for name, path in (
    ('retinanet_r101', 'retinanet/retinanet_r101_fpn_2x_coco.py'),
    ('retinanet_x101_64x4d', 'retinanet/retinanet_x101-64x4d_fpn_1x_coco.py'),
    ('faster_rcnn_r101', 'faster_rcnn/faster-rcnn_r101_fpn_2x_coco.py'),
    ('gfl_r101', 'gfl/gfl_r101_fpn_ms-2x_coco.py'),
    ('reppoints_x101_dcn', 'reppoints/reppoints-moment_x101-dconv-c3-c5_fpn-gn_head-gn_2x_coco.py'),
    ('fcos_r101', 'fcos/fcos_r101-caffe_fpn_gn-head_ms-640-800-2x_coco.py'),
    ('cascade_mask_rcnn_x101_32x4d_dconv', 'dcn/cascade-mask-rcnn_x101-32x4d-dconv-c3-c5_fpn_1x_coco.py'),
):
    write(f'mmdet_{name}', f'open-mmlab/mmdetection v3.3.0 configs/{path}', built('mmdet', path, mmdet.registry.MODELS), 80)

import mmseg.registry, mmseg.models
path = 'pspnet/pspnet_r101-d8_4xb2-40k_cityscapes-512x1024.py'
write('mmseg_pspnet_r101', f'open-mmlab/mmsegmentation v1.2.2 configs/{path}', built('mmseg', path, mmseg.registry.MODELS), 19)

import mmpretrain.registry, mmpretrain.models
for name in ('resnet34', 'resnet50'):
    path = f'resnet/{name}_8xb32_in1k.py'
    write(f'mmpretrain_{name}', f'open-mmlab/mmpretrain v1.2.0 configs/{path}', built('mmpretrain', path, mmpretrain.registry.MODELS), 1000)

# OFA-KD: its teachers are networks of timm 0.6.5, for CIFAR-100 with another classifier
import timm
for name in ('swin_tiny_patch4_window7_224', 'vit_small_patch16_224', 'mixer_b16_224', 'convnext_tiny'):
    write(f'ofakd_{name}', 'timm 0.6.5, which Hao840/OFAKD@f7bb896 pins', timm.create_model(name, num_classes=100), 100)
for name in ('deit_tiny_patch16_224', 'swin_tiny_patch4_window7_224', 'mixer_b16_224', 'resnet50', 'convnext_tiny'):
    write(f'timm_{name}', 'timm 0.6.5, which Hao840/OFAKD@f7bb896 pins', timm.create_model(name, num_classes=1000), 1000)
