import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RedistillError } from '../../../common/errors.ts';
import {
  checkBindingTakesConfig,
  cpuSessionConfig,
  mixedSessionConfig,
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
    // ..._onednn_bfloat16 (31)
    assert.equal(Buffer.from(mixedSessionConfig('gpu')).toString('hex'), '52055203b80101');
    assert.equal(Buffer.from(mixedSessionConfig('cpu')).toString('hex'), '52055203f80101');
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
    assert.throws(
      () => checkBindingTakesConfig(build),
      (error) =>
        error instanceof RedistillError &&
        error.code === 'ENGINE_BINDING' &&
        /make setup/.test(error.hint ?? ''),
    );
  });
});
