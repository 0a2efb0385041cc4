import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { nodeArguments, tensorflowEnvironment } from '../../../runners/engine/environment.ts';

const cpu = {
  key: '',
  flavour: 'cpu',
  version: '2.21.0',
  tensorflow: '/tf',
  libraryPath: [],
} as const;
const cuda = {
  ...cpu,
  flavour: 'cuda',
  libraryPath: ['/tf/nvidia/cudnn/lib', '/tf/nvidia/nccl/lib'],
} as const;

describe('the environment of TensorFlow', () => {
  test('is quiet, with one thread between operations', () => {
    assert.deepEqual(tensorflowEnvironment({ environment: {}, build: cpu }), {
      NVIDIA_TF32_OVERRIDE: '0',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_ENABLE_ONEDNN_OPTS: '1',
      TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE: '0',
      TF_NUM_INTEROP_THREADS: '1',
    });
  });
  test("leaves the user's log level", () => {
    const environment = { TF_CPP_MIN_LOG_LEVEL: '0' };
    assert.equal(tensorflowEnvironment({ environment, build: cpu })['TF_CPP_MIN_LOG_LEVEL'], '0');
  });
  test('fixes threads and hides GPUs where asked', () => {
    const variables = tensorflowEnvironment({
      threads: 2,
      device: 'cpu',
      environment: {},
      build: cuda,
    });
    assert.equal(variables['TF_NUM_INTRAOP_THREADS'], '2');
    assert.equal(variables['CUDA_VISIBLE_DEVICES'], '');
    assert.equal(
      'CUDA_VISIBLE_DEVICES' in
        tensorflowEnvironment({ device: 'gpu', environment: {}, build: cuda }),
      false,
    );
  });
  test("puts CUDA's libraries before the user's, once however often it is nested", () => {
    const once = tensorflowEnvironment({ environment: { LD_LIBRARY_PATH: '/mine' }, build: cuda });
    assert.equal(once['LD_LIBRARY_PATH'], '/tf/nvidia/cudnn/lib:/tf/nvidia/nccl/lib:/mine');
    assert.equal(once['XLA_FLAGS'], '--xla_gpu_cuda_data_dir=/tf/nvidia/cuda_nvcc');
    const twice = tensorflowEnvironment({ environment: once, build: cuda });
    assert.deepEqual({ ...once, ...twice }, once);
  });
});

test('the arguments of Node bring back what tfjs-node calls, and silence what it provokes', () => {
  const script = `
    const util = require('node:util');
    console.log([undefined, null, 0, ''].map((value) => util.isNullOrUndefined(value)), util.isArray([]));
    require('node:punycode');`;
  const { stdout, stderr } = spawnSync(process.execPath, [...nodeArguments(), '-e', script], {
    encoding: 'utf8',
  });
  assert.equal(stdout, '[ true, true, false, false ] true\n');
  assert.equal(stderr, '');
});
