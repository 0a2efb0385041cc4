import '../../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DataError, InfrastructureError, UsageError } from '../../../../common/errors.ts';
import { networkOf } from '../../../../runners/catalogue/networks.ts';
import {
  encodeSafetensors,
  readSafetensors,
  type SafeTensor,
} from '../../../../runners/formats/safetensors.ts';
import { initialState } from '../../../../runners/networks/init.ts';
import { createNetwork } from '../../../../runners/networks/registry.ts';
import { importCheckpoint } from '../../../../runners/weights/checkpoints/import-checkpoint.ts';
import { checkpointFile, findCheckpoint } from '../../../../runners/weights/checkpoints/store.ts';
import { readWeights, torchTensors } from '../../../../runners/weights/network-state.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { torchZip } from './torch-writer.ts';

const network = createNetwork('resnet8', { classes: 5 });
const state = initialState(network.params, 4);
const tensors = torchTensors(network.params, state);

function written(
  t: TestContext,
  change: (tensors: Record<string, SafeTensor>) => void = () => {},
): { readonly folder: string; readonly file: string } {
  const folder = temporaryFolder(t);
  const changed = { ...tensors };
  change(changed);
  const file = join(folder, 'teacher.safetensors');
  writeFileSync(file, encodeSafetensors({ tensors: changed, metadata: {} }));
  return { folder, file };
}
const mismatch = (pattern: RegExp) => (error: unknown) =>
  error instanceof DataError && error.code === 'WEIGHTS_MISMATCH' && pattern.test(error.message);

describe('the import of a checkpoint', () => {
  it('keeps the normalisation that is stated, as part of what the teacher is', (t) => {
    const { folder, file } = written(t);
    const silent = importCheckpoint(file, 'resnet8', folder);
    const stated = importCheckpoint(file, 'resnet8', folder, {
      normalisation: 'cifar100-repdistiller',
    });
    assert.equal(silent.normalisation, null);
    assert.equal(stated.normalisation, 'cifar100-repdistiller');
    assert.notEqual(stated.sha256, silent.sha256);
    assert.deepEqual(readSafetensors(stated.file).metadata, {
      format: 'pt',
      model: 'resnet8',
      normalisation: 'cifar100-repdistiller',
    });
    assert.deepEqual(readWeights(stated.file, network), readWeights(silent.file, network));
    assert.throws(
      () => importCheckpoint(file, 'resnet8', folder, { normalisation: 'repdistiler' }),
      (error: unknown) => error instanceof UsageError && error.code === 'NORMALISATION_UNKNOWN',
    );
  });

  it('stores the weights under the checksum of their file, whatever the names of the source', (t) => {
    const { folder, file } = written(t, (changed) => {
      for (const [name, tensor] of Object.entries(changed)) {
        delete changed[name];
        changed[`module.${name}`] = tensor;
      }
      changed['module.bn1.num_batches_tracked'] = {
        dtype: 'int32',
        shape: [],
        data: Int32Array.of(3),
      };
    });
    const imported = importCheckpoint(file, 'resnet8', folder);
    assert.equal(imported.classes, 5);
    assert.deepEqual(imported.converted, []);
    assert.equal(findCheckpoint(folder, imported.sha256), imported.file);
    assert.deepEqual(readWeights(imported.file, network), state);
    const again = written(t);
    assert.equal(importCheckpoint(again.file, 'resnet8', folder).sha256, imported.sha256);
    assert.equal(readdirSync(join(folder, 'checkpoints')).length, 2);
    const origin = JSON.parse(
      readFileSync(checkpointFile(folder, imported.sha256).replace('safetensors', 'json'), 'utf8'),
    );
    assert.deepEqual(
      [origin.model, origin.classes, origin.source],
      ['resnet8', 5, 'teacher.safetensors'],
    );
  });

  it('lists every missing, unexpected and mis-shaped key', (t) => {
    const { folder, file } = written(t, (changed) => {
      delete changed['conv1.weight'];
      delete changed['bn1.bias'];
      changed['head.weight'] = { dtype: 'float32', shape: [1], data: Float32Array.of(1) };
      changed['layer1.0.bn1.weight'] = {
        dtype: 'float32',
        shape: [2],
        data: Float32Array.of(1, 2),
      };
    });
    assert.throws(
      () => importCheckpoint(file, 'resnet8', folder),
      mismatch(
        /missing: conv1\.weight, bn1\.bias; unexpected: head\.weight; layer1\.0\.bn1\.weight has the shape \[2\] instead of \[16\]/,
      ),
    );
    assert.throws(() => importCheckpoint(file, 'vgg8', folder), mismatch(/missing: block0/));
    assert.equal(readdirSync(folder).includes('checkpoints'), false);
  });

  it('counts the classes of detectors and segmenters by their heads', (t) => {
    for (const [model, classes] of [
      ['retinanet-r18w16-fpn32', 7],
      ['pspnet-r18w8-d8', 19],
    ] as const) {
      const dense = networkOf(model, classes);
      const folder = temporaryFolder(t);
      const file = join(folder, 'dense.safetensors');
      const content = torchTensors(dense.params, initialState(dense.params, 1));
      writeFileSync(file, encodeSafetensors({ tensors: content, metadata: {} }));
      assert.equal(importCheckpoint(file, model, folder).classes, classes);
    }
  });

  const namespace = 'cargparse\nNamespace\n)\x81}X\x02\0\0\0lrK\x01sb';
  const scalar =
    'cnumpy._core.multiarray\nscalar\n(cnumpy\ndtype\nX\x02\0\0\0f8\x85Rc_codecs\nencode\nX\x01\0\0\x000\x85RtR';
  const hostile = 'cposix\nsystem\nX\x02\0\0\0id\x85R';

  it('takes weights beside objects that it does not know, and says which those are', (t) => {
    const { folder, file } = written(t);
    const plain = importCheckpoint(file, 'resnet8', folder).sha256;
    writeFileSync(file, torchZip(tensors, {}, { opt: namespace, best: scalar, hook: hostile }));
    const imported = importCheckpoint(file, 'resnet8', folder);
    assert.equal(imported.sha256, plain);
    assert.deepEqual(imported.path, ['model']);
    assert.deepEqual(imported.notExecuted, [
      '_codecs.encode',
      'argparse.Namespace',
      'numpy._core.multiarray.scalar',
      'numpy.dtype',
      'posix.system',
    ]);
    writeFileSync(file, torchZip(tensors, { epoch: namespace }));
    assert.equal(importCheckpoint(file, 'resnet8', folder).sha256, plain);
  });

  it('refuses such an object in the place of a weight, by its name', (t) => {
    const { folder, file } = written(t);
    const { 'fc.bias': _, ...others } = tensors;
    for (const [object, name] of [
      [namespace, 'argparse.Namespace'],
      [hostile, 'posix.system'],
      ['ctorch._utils\n_rebuild_qtensor\n)R', 'torch._utils._rebuild_qtensor'],
    ] as const) {
      writeFileSync(file, torchZip(others, { 'fc.bias': object }, {}));
      assert.throws(
        () => importCheckpoint(file, 'resnet8', folder),
        mismatch(new RegExp(`missing: fc\\.bias; fc\\.bias is an object of ${name}`)),
      );
    }
  });

  it('writes out a tensor that is one value expanded', (t) => {
    const { folder, file } = written(t, (changed) => {
      changed['bn1.weight'] = { dtype: 'float32', shape: [16], data: new Float32Array(16).fill(7) };
    });
    const plain = importCheckpoint(file, 'resnet8', folder).sha256;
    const one = { dtype: 'float32', shape: [16], data: Float32Array.of(7) } as const;
    writeFileSync(file, torchZip({ ...tensors, 'bn1.weight': one }));
    assert.equal(importCheckpoint(file, 'resnet8', folder).sha256, plain);
  });

  it('refuses weights that are not finite', (t) => {
    const { folder, file } = written(t, (changed) => {
      changed['fc.bias'] = {
        dtype: 'float32',
        shape: [5],
        data: Float32Array.of(1, Number.NaN, 1, 1, 1),
      };
    });
    assert.throws(
      () => importCheckpoint(file, 'resnet8', folder),
      (error: unknown) => error instanceof DataError && /fc\.bias with values/.test(error.message),
    );
  });

  it('refuses an unknown network, a file that is not there, and a folder', (t) => {
    const { folder, file } = written(t);
    for (const [path, model] of [
      [file, 'resnet9'],
      [join(folder, 'none.pth'), 'resnet8'],
      [folder, 'resnet8'],
    ] as const) {
      assert.throws(() => importCheckpoint(path, model, folder), UsageError);
    }
  });
});

describe('a stored checkpoint', () => {
  it('is looked at before it is used', (t) => {
    const { folder, file } = written(t);
    const { sha256, file: stored } = importCheckpoint(file, 'resnet8', folder);
    assert.throws(
      () => findCheckpoint(folder, 'f'.repeat(64)),
      (error: unknown) =>
        error instanceof InfrastructureError && error.code === 'CHECKPOINT_MISSING',
    );
    writeFileSync(stored, readFileSync(stored).subarray(0, 1000));
    assert.throws(
      () => findCheckpoint(folder, sha256),
      (error: unknown) => error instanceof DataError && error.code === 'CHECKPOINT_CHECKSUM',
    );
  });
});
