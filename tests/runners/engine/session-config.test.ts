import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RedistillError } from '../../../common/errors.ts';
import {
  checkBindingTakesConfig,
  cpuSessionConfig,
  gpuMemoryConfig,
  gpuSessionConfig,
  mixedSessionConfig,
  prepareContext,
  xlaSessionConfig,
} from '../../../runners/engine/session-config.ts';

describe('the configuration of a session', () => {
  it('is a ConfigProto without Grappler and without the older optimizer', () => {
    // graph_options (10) { optimizer_options (3) { opt_level (3): -1 } rewrite_options (10) {
    // disable_meta_optimizer (19): 1 } }
    const l0 = '18ffffffffffffffffff01';
    assert.equal(Buffer.from(cpuSessionConfig()).toString('hex'), `5212${'1a0b'}${l0}5203980101`);
  });

  it('of mixed precision switches Grappler’s rewriting on, for float16 on a GPU and for bfloat16 on a CPU', () => {
    // graph_options (10) { rewrite_options (10) { auto_mixed_precision (23): 1 } }, or
    // ..._onednn_bfloat16 (31), beside remapping (14): 2
    assert.equal(Buffer.from(mixedSessionConfig('gpu')).toString('hex'), '52055203b80101');
    assert.equal(Buffer.from(mixedSessionConfig('cpu')).toString('hex'), '520752057002f80101');
  });

  it('of a GPU’s graph on a CPU leaves out what Grappler makes for oneDNN', () => {
    // graph_options (10) { rewrite_options (10) { remapping (14): 2 } }
    const of = (config: Uint8Array | null) => config && Buffer.from(config).toString('hex');
    assert.equal(of(gpuSessionConfig('cpu')), '520452027002');
    assert.equal(of(gpuSessionConfig('gpu')), null);
    // optimizer_options (3) { global_jit_level (5): 2 } beside it
    assert.equal(of(xlaSessionConfig('cpu', false)), '52081a02280252027002');
    assert.equal(of(xlaSessionConfig('gpu', false)), '52041a022802');
  });

  it('of a GPU that others use too has a share of its memory, which grows', () => {
    // gpu_options (6) { per_process_gpu_memory_fraction (1): 0.45, allow_growth (4): 1 }
    const of = (grows: boolean) => gpuMemoryConfig({ share: 0.45, grows }) as Uint8Array;
    assert.equal(Buffer.from(of(true)).toString('hex'), '320b09cdccccccccccdc3f2001');
    assert.equal(Buffer.from(of(false)).toString('hex'), '320909cdccccccccccdc3f');
    assert.equal(gpuMemoryConfig(null), null);
  });

  it('is refused where the binding would not heed it, with what to do', () => {
    const build = {
      key: '',
      flavour: 'cpu',
      version: '',
      tensorflow: '',
      libraryPath: [],
    } as const;
    assert.doesNotThrow(() => checkBindingTakesConfig({ ...build, sessionConfig: true }));
    const outdated = (error: unknown) =>
      error instanceof RedistillError &&
      error.code === 'ENGINE_BINDING' &&
      /make setup/.test(error.hint ?? '');
    assert.throws(() => checkBindingTakesConfig(build), outdated);
    const shared = { REDISTILL_GPU_MEMORY_SHARE: '0.45' };
    assert.throws(() => prepareContext({ ...shared }, build), outdated);
    assert.doesNotThrow(() => prepareContext({ ...shared }, { ...build, contextConfig: true }));
    assert.doesNotThrow(() => prepareContext({}, build));
  });
});
