import '../../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { execa } from 'execa';
import { DataError } from '../../../../common/errors.ts';
import { createProgram } from '../../../../runners/engine/program.ts';
import type { ArrayMap, Program } from '../../../../runners/engine/types.ts';
import { forwardContext } from '../../../../runners/networks/forward.ts';
import { createNetwork } from '../../../../runners/networks/registry.ts';
import { importCheckpoint } from '../../../../runners/weights/checkpoints/import-checkpoint.ts';
import { readWeights } from '../../../../runners/weights/network-state.ts';

const python = process.env['REDISTILL_PYTHON'] ?? 'python3';
const probe = await execa(python, ['-c', 'import torch'], { reject: false });
const skip = probe.exitCode === 0 ? false : `${python} has no torch ($REDISTILL_PYTHON)`;

const pictures = 4;
const network = createNetwork('resnet8', { classes: 10 });

/** [B, C, H, W] as PyTorch has it to [B, H, W, C]. */
function channelsLast(values: readonly number[], side = 32, channels = 3): Float32Array {
  const area = side * side;
  return Float32Array.from({ length: values.length }, (_, index) => {
    const picture = Math.floor(index / (area * channels));
    const position = Math.floor(index / channels) % area;
    return values[(picture * channels + (index % channels)) * area + position] as number;
  });
}

function evaluator(weights: ArrayMap): Program {
  return createProgram({
    state: Object.fromEntries(
      network.params.map(({ name, shape }) => [name, { shape, dtype: 'float32' as const }]),
    ),
    initial: weights,
    functions: {
      evaluate: {
        inputs: { images: { shape: [pictures, 32, 32, 3], dtype: 'float32' } },
        run: (state, { images }) => {
          const output = network.forward(forwardContext(state, false), images as Tensor4D);
          return { outputs: { logits: output.logits }, state: {} };
        },
      },
    },
  });
}

describe('a checkpoint that PyTorch itself wrote', () => {
  let folder = '';
  before(async () => {
    if (skip !== false) return;
    folder = mkdtempSync(join(tmpdir(), 'redistill tëst '));
    const script = fileURLToPath(new URL('pytorch_network.py', import.meta.url));
    await execa(python, [script, folder]);
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  const files = ['zip.pth', 'legacy.pth', 'model.pth', 'parallel.tar', 'legacy-parallel.pt'];
  const amongOthers = ['beside.pth', 'beside-legacy.pth', 'beside-protocol-4.pth', 'student.pth'];
  for (const file of [...files, ...amongOthers]) {
    it(`${file} gives PyTorch's own logits`, { skip }, () => {
      const answer = JSON.parse(readFileSync(join(folder, 'answer.json'), 'utf8'));
      const imported = importCheckpoint(join(folder, file), 'resnet8', folder);
      const program = evaluator(readWeights(imported.file, network));
      try {
        const images = channelsLast(answer.images);
        const logits = program.call('evaluate', { images })['logits'] as Float32Array;
        const largest = Math.max(...answer.logits.map(Math.abs));
        answer.logits.forEach((expected: number, index: number) => {
          const error = Math.abs((logits[index] as number) - expected);
          assert.ok(error <= 1e-4 * largest, `logit ${index}: off by ${error} of ${largest}`);
        });
      } finally {
        program.dispose();
      }
    });
  }

  for (const file of ['beside.pth', 'beside-legacy.pth', 'beside-protocol-4.pth']) {
    it(`${file}: what stands beside the weights is named, and nothing of it runs`, { skip }, () => {
      const { notExecuted } = importCheckpoint(join(folder, file), 'resnet8', folder);
      for (const name of [
        'argparse.Namespace',
        'datetime.datetime',
        'pathlib.PosixPath',
        'posix.system',
        '__main__.History',
        'torch._utils._rebuild_qtensor',
        'torch._utils._rebuild_sparse_tensor',
      ]) {
        assert.ok(notExecuted.includes(name), `${name} of ${notExecuted}`);
      }
      assert.equal(existsSync(join(folder, 'executed')), false);
    });
  }

  it('an expanded tensor is every value of it', { skip }, () => {
    const digest = (file: string) => importCheckpoint(join(folder, file), 'resnet8', folder).sha256;
    assert.equal(digest('expanded.pth'), digest('expanded-written-out.pth'));
  });

  for (const [file, code, message] of [
    ['weight-hostile.pth', 'WEIGHTS_MISMATCH', /fc\.weight is an object of posix\.system/],
    ['weight-sparse.pth', 'WEIGHTS_MISMATCH', /fc\.weight is an object of torch\S+_sparse_tensor/],
    ['weight-quantized.pth', 'WEIGHTS_MISMATCH', /fc\.weight is an object of torch\S+_qtensor/],
    ['weight-array.pth', 'WEIGHTS_MISMATCH', /fc\.weight is an object of numpy/],
    ['weight-complex.pth', 'CHECKPOINT_TYPE', /holds fc\.weight as complex numbers/],
    ['whole.pth', 'CHECKPOINT_NO_WEIGHTS', /holds an object of __main__\.ResNet8 instead/],
    ['whole-legacy.pth', 'CHECKPOINT_NO_WEIGHTS', /holds an object of __main__\.ResNet8 instead/],
    ['whole-within.pth', 'CHECKPOINT_NO_WEIGHTS', /only model \(an object of __main__\.ResNet8\)/],
    ['hostile-legacy.pth', 'CHECKPOINT_NO_WEIGHTS', /holds an object of posix\.system instead/],
  ] as const) {
    it(`${file} is refused and runs nothing`, { skip }, () => {
      const before = readdirSync(folder).length;
      assert.throws(
        () => importCheckpoint(join(folder, file), 'resnet8', folder),
        (error: unknown) =>
          error instanceof DataError && error.code === code && message.test(error.message),
      );
      assert.equal(existsSync(join(folder, 'executed')), false);
      assert.equal(readdirSync(folder).length, before);
    });
  }
});
