import protobuf from 'protobufjs';
import { setupCommand } from '../../common/installation.mjs';
import { type BindingBuild, bindingBuild } from './environment.ts';
import { EngineError } from './errors.ts';

/**
 * The part of tensorflow/core/protobuf/{config,rewriter_config}.proto (TensorFlow 2.21) that the
 * engine writes.
 */
const schema = `
syntax = "proto3";
package tensorflow;

message ConfigProto { GraphOptions graph_options = 10; }
message GraphOptions { OptimizerOptions optimizer_options = 3; RewriterConfig rewrite_options = 10; }
message OptimizerOptions {
  enum Level { L1 = 0; L0 = -1; }
  enum Jit { NONE = 0; ON_2 = 2; }
  Level opt_level = 3;
  Jit global_jit_level = 5;
}
message RewriterConfig {
  enum Toggle { DEFAULT = 0; ON = 1; }
  bool disable_meta_optimizer = 19;
  Toggle auto_mixed_precision = 23;
  Toggle auto_mixed_precision_onednn_bfloat16 = 31;
}
`;

/**
 * The file beside `saved_model.pb` in which the binding looks for it: see
 * tools/setup/session-config.h.
 */
export const sessionConfigFile = 'session_config.pb';

/**
 * How TensorFlow runs a recorded graph on a CPU: as it was recorded.
 *
 * Grappler, TensorFlow's graph rewriter, is off. It fuses a convolution with the batch norm, sum
 * and ReLU after it where their neighbours allow it, turns divisions into products with
 * reciprocals, and more. Its choice depends on the whole graph: a student's step in a cohort
 * differed in the last bit from the same step alone. The total order does not prevent that, because
 * Grappler first drops an edge that repeats a data edge. The recorder does the useful fusions
 * itself, the same in every graph.
 */
export function cpuSessionConfig(): Uint8Array {
  return encode({
    optimizerOptions: { optLevel: 'L0' },
    rewriteOptions: { disableMetaOptimizer: true },
  });
}

/**
 * Mixed precision (Micikevicius et al. 2018): Grappler gives 16-bit inputs to the operations that
 * gain from them and leaves state, sums and losses in 32 bits. It is float16 on a GPU and bfloat16
 * on a CPU; one without AMX only gets slower, with AVX512-BF16 too (docs/decisions/112).
 */
export function mixedSessionConfig(device: 'cpu' | 'gpu'): Uint8Array {
  return encode({ rewriteOptions: mixedRewrites(device) });
}

const mixedRewrites = (device: 'cpu' | 'gpu') =>
  device === 'gpu' ? { autoMixedPrecision: 'ON' } : { autoMixedPrecisionOnednnBfloat16: 'ON' };

/**
 * XLA compiles what it can of a graph: TensorFlow's own choice of clusters. With 16 bits where they
 * are asked for.
 */
export function xlaSessionConfig(device: 'cpu' | 'gpu', mixed: boolean): Uint8Array {
  return encode({
    optimizerOptions: { globalJitLevel: 'ON_2' },
    ...(mixed && { rewriteOptions: mixedRewrites(device) }),
  });
}

function encode(graphOptions: object): Uint8Array {
  const type = protobuf.parse(schema).root.lookupType('tensorflow.ConfigProto');
  return type.encode(type.fromObject({ graphOptions })).finish();
}

/**
 * @throws EngineError `ENGINE_BINDING` where the binding was built by an older checkout, whose
 *   sessions would rewrite graphs after all
 */
export function checkBindingTakesConfig(build: BindingBuild | undefined = bindingBuild()): void {
  if (build?.sessionConfig === true) return;
  throw new EngineError(
    'ENGINE_BINDING',
    'The TensorFlow binding was built by an older set-up and would run recorded steps rewritten.',
    { hint: `Run ${setupCommand}: it builds the binding anew (20 s).` },
  );
}
