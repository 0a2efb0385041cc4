import '../../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { SafeTensor } from '../../../../runners/formats/safetensors.ts';
import { initialState } from '../../../../runners/networks/init.ts';
import { createNetwork } from '../../../../runners/networks/registry.ts';
import { chooseWeights } from '../../../../runners/weights/checkpoints/choose-weights.ts';
import {
  type ImportedCheckpoint,
  importCheckpoint,
  wantedWeights,
} from '../../../../runners/weights/checkpoints/import-checkpoint.ts';
import type { FileTensor } from '../../../../runners/weights/checkpoints/tensors.ts';
import { weightGroups } from '../../../../runners/weights/checkpoints/weight-groups.ts';
import { torchTensors } from '../../../../runners/weights/network-state.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { torchZip } from './torch-writer.ts';

type Tensors = Record<string, SafeTensor>;

const weightsOf = (model: string, seed: number): Tensors => {
  const { params } = createNetwork(model, { classes: 5 });
  return torchTensors(params, initialState(params, seed));
};
const student = weightsOf('resnet8', 1);
const teacher = weightsOf('resnet8', 2);
const under = (prefix: string, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [`${prefix}${name}`, value]));
/** Imports a file of torch.save with these tensors. */
function imported(
  t: TestContext,
  tensors: Tensors,
  { model = 'resnet8', ...options }: { readonly model?: string; readonly prefix?: string } = {},
): ImportedCheckpoint {
  const folder = temporaryFolder(t);
  const file = join(folder, 'weights.pth');
  writeFileSync(file, torchZip(tensors));
  return importCheckpoint(file, model, folder, options);
}

describe('the choice of weights in a file', () => {
  for (const prefix of [
    'module.',
    '_orig_mod.',
    'module._orig_mod.',
    'student.',
    'module.student.',
    'architecture.',
    'model.',
    'net.',
    'ema_',
    'a.word.that.nobody.expects.',
  ]) {
    it(`takes off ${prefix}`, (t) => {
      const plain = imported(t, student);
      const found = imported(t, under(prefix, student));
      assert.equal(found.sha256, plain.sha256);
      assert.equal(found.prefix, prefix);
      assert.deepEqual(found.leftOut, []);
    });
  }

  it('takes the set that fits the network, and says what it leaves out', (t) => {
    const both = {
      ...under('module.student.', student),
      ...under('module.teacher.', weightsOf('resnet14', 3)),
    };
    const found = imported(t, both);
    assert.equal(found.sha256, imported(t, student).sha256);
    assert.equal(found.prefix, 'module.student.');
    assert.equal(found.leftOut.length, Object.keys(weightsOf('resnet14', 3)).length);
    assert.equal(imported(t, both, { model: 'resnet14' }).prefix, 'module.teacher.');
  });

  it('asks where several sets fit', (t) => {
    const both = { ...under('student.', student), ...under('teacher.', teacher) };
    assert.throws(() => imported(t, both), {
      code: 'WEIGHTS_AMBIGUOUS',
      message: /holds 2 sets of weights that fit resnet8: under student, teacher\.$/,
      hint: 'Choose one of them, for example with --prefix student.',
    });
    const plain = imported(t, teacher).sha256;
    assert.equal(imported(t, both, { prefix: 'teacher.' }).sha256, plain);
    assert.equal(imported(t, both, { prefix: 'teacher' }).sha256, plain);
    assert.throws(() => imported(t, both, { prefix: 'pupil.' }), {
      code: 'WEIGHTS_PREFIX',
      message: /have the prefix "pupil\."/,
      hint: 'Names begin with student., teacher..',
    });
  });

  it('passes over the second values that mmcv keeps beside the weights, unless they are asked for', (t) => {
    const trained = Object.fromEntries(
      Object.entries(teacher)
        .filter(([name]) => !name.includes('running_'))
        .map(([name, value]) => [`ema_${name.replaceAll('.', '_')}`, value]),
    );
    const found = imported(t, { ...student, ...trained });
    assert.equal(found.sha256, imported(t, student).sha256);
    assert.equal(found.leftOut.length, Object.keys(trained).length);
    const mixed = Object.fromEntries(
      Object.keys(student).map((name) => {
        const from = name.includes('running_') ? student : teacher;
        return [name, from[name] as SafeTensor];
      }),
    );
    const second = imported(t, { ...student, ...trained }, { prefix: 'ema_' });
    assert.equal(second.sha256, imported(t, mixed).sha256);
  });

  it('names another network that the weights are of', (t) => {
    assert.throws(() => imported(t, under('student.', weightsOf('resnet20', 1))), {
      code: 'WEIGHTS_MISMATCH',
      hint: 'These weights fit resnet20 (under "student").',
    });
  });

  it('lists a few keys and a count', (t) => {
    const [kept] = Object.entries(student);
    const foreign = Array.from({ length: 300 }, (_, index) => [`x${index}.weight`, kept?.[1]]);
    assert.throws(
      () => imported(t, Object.fromEntries([kept as [string, SafeTensor], ...foreign])),
      (error: Error) =>
        /missing: bn1\.weight, .* and \d+ more; unexpected: x0\.weight, .* and 295 more/.test(
          error.message,
        ) && error.message.length < 500,
    );
  });

  it('looks at no set that is far larger than the network', (t) => {
    const [shared] = Object.values(student) as [SafeTensor];
    const many = Array.from({ length: 3000 }, (_, index) => [`b.${index}`, shared] as const);
    const all = { ...under('a.', student), ...under('a.', Object.fromEntries(many)) };
    assert.throws(() => imported(t, all), { code: 'WEIGHTS_MISMATCH' });
    const apart = { ...under('a.', student), ...Object.fromEntries(many) };
    assert.equal(imported(t, apart).prefix, 'a.');
  });

  it('says where the first key of the network is', (t) => {
    const part = under('student.', student);
    delete part['student.fc.bias'];
    assert.throws(() => imported(t, { ...part, 'head.weight': teacher['fc.bias'] as SafeTensor }), {
      code: 'WEIGHTS_MISMATCH',
      message: /of resnet8 under "student": missing: fc\.bias\.$/,
      hint: /conv1\.weight is there under student; choose with --prefix/,
    });
  });
});

describe('a layout of a well-known repository', () => {
  type Renames = readonly (readonly [RegExp, string])[];

  /** The choice among a network's tensors by other names; no values are read. */
  function chosen(model: string, renames: Renames, wanted = model) {
    const { params } = createNetwork(model, { classes: 5 });
    const tensors = new Map<string, FileTensor>(
      params.map(({ name, torchShape }) => [
        name,
        { type: 'float32', shape: torchShape, values: () => new Float32Array(0) },
      ]),
    );
    const named = new Map(
      [...tensors].map(([name, tensor]) => [
        renames.reduce((text, [from, to]) => text.replace(from, to), name),
        tensor,
      ]),
    );
    const choice = chooseWeights(
      weightGroups(named, 'x.pth'),
      wantedWeights(wanted),
      undefined,
      'x.pth',
    );
    for (const [name, tensor] of tensors) assert.equal(choice.tensors.get(name), tensor, name);
    return choice;
  }

  it('akamaster/pytorch_resnet_cifar10, with convolutions as shortcuts', () => {
    const { layout, prefix } = chosen('resnet20', [
      [/^fc\./, 'linear.'],
      [/\.downsample\./, '.shortcut.'],
      [/^/, 'module.'],
    ]);
    assert.deepEqual([layout, prefix], ['akamaster/pytorch_resnet_cifar10', 'module.']);
  });

  it('weiaicunzai/pytorch-cifar100', () => {
    for (const model of ['resnet18', 'resnet50']) {
      const { layout } = chosen(model, [
        ...([1, 2, 3, 4] as const).map(
          (stage) => [new RegExp(`^layer${stage}\\.`), `conv${stage + 1}_x.`] as const,
        ),
        [/^conv1\./, 'conv1.0.'],
        [/^bn1\./, 'conv1.1.'],
        [/\.conv1\./, '.residual_function.0.'],
        [/\.bn1\./, '.residual_function.1.'],
        [/\.conv2\./, '.residual_function.3.'],
        [/\.bn2\./, '.residual_function.4.'],
        [/\.conv3\./, '.residual_function.6.'],
        [/\.bn3\./, '.residual_function.7.'],
        [/^linear\./, 'fc.'],
      ]);
      assert.equal(layout, 'weiaicunzai/pytorch-cifar100');
    }
  });

  it('open-mmlab/mmpretrain, within mmrazor', () => {
    const { layout, prefix } = chosen('imagenet-resnet18', [
      [/^(?!fc\.)/, 'backbone.'],
      [/^fc\./, 'head.fc.'],
      [/^/, 'architecture.'],
    ]);
    assert.deepEqual([layout, prefix], ['open-mmlab/mmpretrain', 'architecture.']);
  });

  it('lkhl/tiny-transformers, transformers and their teacher', () => {
    const { layout } = chosen('deit_tiny_distilled', [
      [/^blocks\./, 'layers.'],
      [/\.qkv\./, '.qkv_transform.'],
      [/\.proj\./, '.projection.'],
      [/^dist_token$/, 'distill_token'],
      [/^head_dist\./, 'distill_head.'],
    ]);
    assert.equal(layout, 'lkhl/tiny-transformers');
    const teacher = chosen('resnet56', [
      [/^conv1\./, 'stem.conv.'],
      [/^bn1\./, 'stem.bn.'],
      ...[8, 7, 6, 5, 4, 3, 2, 1, 0].map(
        (block) => [new RegExp(`^layer(\\d)\\.${block}\\.`), `s$1.b${block + 1}.`] as const,
      ),
      [/(b\d)\.conv1\./, '$1.f.a.'],
      [/(b\d)\.bn1\./, '$1.f.a_bn.'],
      [/(b\d)\.conv2\./, '$1.f.b.'],
      [/(b\d)\.bn2\./, '$1.f.b_bn.'],
      [/\.downsample\.0\./, '.proj.'],
      [/\.downsample\.1\./, '.bn.'],
      [/^fc\./, 'head.fc.'],
    ]);
    assert.equal(teacher.layout, 'facebookresearch/pycls');
  });

  it("timm's PiT", () => {
    const { layout } = chosen('pit_tiny', [[/^pools\.(\d)\./, 'transformers.$1.pool.']]);
    assert.equal(layout, 'huggingface/pytorch-image-models (PiT)');
  });

  it('akamaster/pytorch_resnet_cifar10 with option A, as its released files are', () => {
    const { layout, prefix } = chosen('resnet20-a', [
      [/^fc\./, 'linear.'],
      [/^/, 'module.'],
    ]);
    assert.deepEqual([layout, prefix], ['akamaster/pytorch_resnet_cifar10', 'module.']);
  });

  it('is refused with the reason where shortcuts have no weights', (t) => {
    const optionA = Object.entries(student)
      .filter(([name]) => !name.includes('downsample'))
      .map(([name, value]) => [name.replace(/^fc\./, 'linear.'), value] as const);
    assert.throws(() => imported(t, Object.fromEntries(optionA)), {
      code: 'WEIGHTS_MISMATCH',
      hint: /no weights in their shortcuts \(option A.*resnet20-a/,
    });
  });
});
