import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { execa } from 'execa';
import { backboneWeights } from '../../../../reference/backbones/loader.ts';
import { backboneCalled } from '../../../../runners/catalogue/networks.ts';
import { encodeSafetensors, type SafeTensor } from '../../../../runners/formats/safetensors.ts';
import { initialState } from '../../../../runners/networks/init.ts';
import type { NetworkState } from '../../../../runners/tasks/types.ts';
import { fetchBackbone } from '../../../../runners/weights/backbones/fetch.ts';
import { importBackbone } from '../../../../runners/weights/backbones/import-backbone.ts';
import {
  checkBackboneFile,
  findBackbone,
  presentBackbone,
} from '../../../../runners/weights/backbones/store.ts';
import { readWeights, torchTensors } from '../../../../runners/weights/network-state.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { torchZip } from '../checkpoints/torch-writer.ts';

const resnet18 = { name: 'torchvision/resnet18', architecture: 'resnet18' };
const tensor = (...values: number[]): SafeTensor => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});
const environmentOf = (folder: string) => ({ REDISTILL_CACHE: join(folder, 'cache') });

describe('weights of a backbone', () => {
  let backbone: NetworkState;
  let state: Record<string, Float32Array>;
  let tensors: Record<string, SafeTensor>;
  before(() => {
    backbone = backboneCalled('resnet18') as NetworkState;
    state = initialState(backbone.params, 'zoo');
    tensors = torchTensors(backbone.params, state);
  });

  const write = (t: TestContext, content: Uint8Array) => {
    const folder = temporaryFolder(t);
    const file = join(folder, 'weights.pth');
    writeFileSync(file, content);
    return { folder, file, environment: environmentOf(folder) };
  };
  const imported = (t: TestContext, content: Uint8Array) => {
    const { folder, file, environment } = write(t, content);
    return { folder, environment, record: importBackbone(file, resnet18, environment) };
  };

  it('are taken from torchvision’s file without its classifier, by content', (t) => {
    const { record, environment } = imported(
      t,
      torchZip({ ...tensors, 'fc.weight': tensor(1, 2), 'fc.bias': tensor(3) }),
    );
    assert.deepEqual(presentBackbone('torchvision/resnet18', environment), record);
    assert.deepEqual([record.architecture, record.source], ['resnet18', 'weights.pth']);
    const file = findBackbone(record, environment);
    assert.deepEqual(readWeights(file, backbone), state);

    // The same weights in another format, within a whole network of OpenMMLab: the same content.
    const whole = Object.fromEntries(
      Object.entries(tensors).map(([name, value]) => [`backbone.${name}`, value]),
    );
    const other = encodeSafetensors({
      tensors: { ...whole, 'head.fc.weight': tensor(1) },
      metadata: {},
    });
    const again = imported(t, other).record;
    assert.equal(again.sha256, record.sha256);
    assert.notEqual(again.sourceSha256, record.sourceSha256);
  });

  it('are refused where keys are missing, surplus or of another shape, all of them named', (t) => {
    const { 'layer2.0.conv1.weight': _, ...rest } = tensors;
    const { file, environment } = write(
      t,
      encodeSafetensors({
        tensors: { ...rest, 'bn1.bias': tensor(1, 2), 'layer5.weight': tensor(1) },
        metadata: {},
      }),
    );
    assert.throws(() => importBackbone(file, resnet18, environment), {
      code: 'WEIGHTS_MISMATCH',
      message:
        /of the backbone resnet18: missing: layer2\.0\.conv1\.weight; unexpected: layer5\.weight; bn1\.bias has the shape \[2\] instead of \[64\]/,
    });
    // A plain ResNet is no v1c: its stem is one convolution of 7 x 7.
    assert.throws(
      () =>
        importBackbone(
          file,
          { name: 'open-mmlab/resnet18_v1c', architecture: 'resnet18_v1c' },
          environment,
        ),
      {
        code: 'WEIGHTS_MISMATCH',
        message: /missing: stem\.0\.weight.*unexpected: .*conv1\.weight/,
      },
    );
    assert.equal(presentBackbone('torchvision/resnet18', environment), null);
  });

  it('are looked at before they are used, and told where they are missing', (t) => {
    const { record, environment } = imported(t, torchZip(tensors));
    const file = findBackbone(record, environment);
    const changed = readFileSync(file);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    writeFileSync(file, changed);
    assert.throws(() => findBackbone(record, environment), { code: 'BACKBONE_CHANGED' });
    assert.throws(() => checkBackboneFile(file, record), { code: 'BACKBONE_CHANGED' });
    assert.throws(() => findBackbone({ ...record, sha256: 'f'.repeat(64) }, environment), {
      code: 'BACKBONE_MISSING',
      hint: /redistill data fetch torchvision\/resnet18/,
    });
    writeFileSync(
      join(environment.REDISTILL_CACHE, 'backbones/torchvision/resnet18/weights.json'),
      '{',
    );
    assert.throws(() => presentBackbone('torchvision/resnet18', environment), {
      code: 'BACKBONE_RECORD',
    });
  });

  it('are fetched from the data folder or the address, with the checksum of their name', async (t) => {
    const { folder, environment } = write(t, new Uint8Array());
    const known = backboneWeights().find(({ name }) => name === 'torchvision/resnet18');
    assert.ok(known !== undefined);
    mkdirSync(join(folder, 'data'));
    const byHand = join(folder, 'data', 'resnet18-5c106cde.pth');
    writeFileSync(byHand, torchZip(tensors));
    const options = { folder: join(folder, 'data'), environment };
    // Not the file that torchvision released: its name says another checksum.
    await assert.rejects(fetchBackbone(known, options), { code: 'DATA_CHECKSUM' });
    const record = await fetchBackbone({ ...known, sha256Prefix: null }, options);
    assert.deepEqual(presentBackbone(known.name, environment), record);
  });

  it('without an address say what a person does', async (t) => {
    const weights = backboneWeights().find(({ name }) => name === 'open-mmlab/resnet101_v1c');
    assert.ok(weights !== undefined);
    await assert.rejects(
      fetchBackbone(weights, { environment: environmentOf(temporaryFolder(t)) }),
      {
        code: 'BACKBONE_BY_HAND',
        hint: /redistill import backbone FILE --model open-mmlab\/resnet101_v1c/,
      },
    );
  });

  it('are read as PyTorch itself writes them', async (t) => {
    const python = process.env['REDISTILL_PYTHON'] ?? 'python3';
    const probe = await execa(python, ['-c', 'import torch'], { reject: false });
    if (probe.exitCode !== 0) return t.skip(`${python} has no torch ($REDISTILL_PYTHON)`);
    const folder = temporaryFolder(t);
    const shapes = Object.entries(tensors).map(([name, { shape }]) => [name, shape]);
    const script = [
      'import json, sys, torch',
      'shapes = json.loads(sys.argv[1])',
      'state = {n: torch.full(s, i / 8) for i, (n, s) in enumerate(shapes)}',
      'state["bn1.num_batches_tracked"] = torch.tensor(7)',
      'state["fc.weight"] = torch.zeros(1000, 512)',
      'torch.save({"state_dict": state, "meta": {"epoch": 100}}, sys.argv[2])',
    ].join('\n');
    const file = join(folder, 'resnet18.pth');
    await execa(python, ['-c', script, JSON.stringify(shapes), file]);
    assert.ok(existsSync(file));
    const environment = environmentOf(folder);
    const record = importBackbone(file, resnet18, environment);
    const read = readWeights(findBackbone(record, environment), backbone);
    backbone.params.forEach(({ name }, index) => {
      assert.ok(
        read[name]?.every((value) => value === index / 8),
        name,
      );
    });
  });
});

describe('released weights', () => {
  it('are of backbones that networks here have', () => {
    for (const { name, architecture, url, sha256Prefix } of backboneWeights()) {
      assert.ok(backboneCalled(architecture) !== null, name);
      assert.equal(url === null, sha256Prefix === null, name);
    }
  });
});
