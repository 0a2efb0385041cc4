import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conditionsOf } from '../../../app/run/conditions.ts';
import { tensorflowEnvironment } from '../../../runners/engine/environment.ts';
import { applyGpuSettings, gpuSettings } from '../../../runners/engine/gpu-settings.ts';
import { numericsFingerprint } from '../../../runners/training/fingerprint/numerics.ts';
import { makeSpec } from '../../results/builder.ts';

const off = { tf32: false, deterministic: false, xla: false };

describe('how a GPU computes', () => {
  it('is said to every process: no TF32, and memory as it is needed', () => {
    const given = tensorflowEnvironment({ environment: {} });
    assert.equal(given['NVIDIA_TF32_OVERRIDE'], '0');
    assert.equal(given['TF_FORCE_GPU_ALLOW_GROWTH'], 'true');
    const environment = { NVIDIA_TF32_OVERRIDE: '1', TF_FORCE_GPU_ALLOW_GROWTH: 'false' };
    const wanted = tensorflowEnvironment({ environment });
    assert.equal(wanted['NVIDIA_TF32_OVERRIDE'], '1');
    assert.equal(wanted['TF_FORCE_GPU_ALLOW_GROWTH'], 'false');
  });

  it('is set as it was asked for, whatever the environment was', () => {
    const environment: Record<string, string> = {
      NVIDIA_TF32_OVERRIDE: '1',
      TF_XLA_FLAGS: '--tf_xla_clustering_debug',
    };
    applyGpuSettings({ ...off, xla: true }, environment);
    assert.deepEqual(gpuSettings(environment), { ...off, xla: true });
    assert.equal(environment['TF_XLA_FLAGS'], '--tf_xla_clustering_debug --tf_xla_cpu_global_jit');
    applyGpuSettings(off, environment);
    assert.deepEqual(gpuSettings(environment), off);
    for (const name of Object.keys(off)) {
      applyGpuSettings({ ...off, [name]: true }, environment);
      assert.deepEqual(gpuSettings(environment), { ...off, [name]: true });
    }
  });

  it('leaves the operations at a time to TensorFlow, unless bits are to repeat', () => {
    const started = (device: 'cpu' | 'gpu', environment: Record<string, string> = {}) =>
      tensorflowEnvironment({ device, environment })['TF_NUM_INTEROP_THREADS'];
    assert.equal(started('gpu'), '0');
    assert.equal(started('gpu', { TF_DETERMINISTIC_OPS: '1' }), '1');
    assert.equal(started('cpu'), '1');
    // What a worker was started with does not matter: its request does.
    const environment: Record<string, string> = { TF_NUM_INTEROP_THREADS: '1' };
    applyGpuSettings(off, environment);
    assert.equal(environment['TF_NUM_INTEROP_THREADS'], '0');
    applyGpuSettings({ ...off, deterministic: true }, environment);
    assert.equal(environment['TF_NUM_INTEROP_THREADS'], '1');
    const recorded = [{ device: 'gpu' }, { device: 'gpu', deterministic: true }, {}] as const;
    const threads = recorded.map((asked) => conditionsOf(3, asked).threads);
    assert.deepEqual(
      threads,
      [0, 1, 1].map((inter) => ({ intra: 3, inter })),
    );
  });

  it('is part of a run’s numerics on a GPU, and refused on a CPU', () => {
    const of = (asked: Parameters<typeof conditionsOf>[1]) =>
      numericsFingerprint(
        { ...conditionsOf(1, asked), tensorflow: '2.21.0' },
        makeSpec({ method: 'kd', hyper: {} }),
      );
    const all = [
      of({ device: 'gpu' }),
      of({ device: 'gpu', tf32: true }),
      of({ device: 'gpu', deterministic: true }),
      of({ device: 'gpu', xla: true }),
      of({ device: 'cpu' }),
    ];
    assert.equal(new Set(all).size, all.length);
    assert.equal(of({}), of({ device: 'cpu' }));
    for (const option of ['tf32', 'deterministic', 'xla']) {
      assert.throws(() => conditionsOf(1, { [option]: true }), {
        code: 'RUN_GPU_OPTION',
        message: new RegExp(`--${option} is for a GPU`),
      });
    }
  });
});
