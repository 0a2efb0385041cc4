import protobuf from 'protobufjs';
import { setupCommand } from '../../common/installation.mjs';
import { type BindingBuild, bindingBuild } from './environment.ts';
import { EngineError } from './errors.ts';
import { type GpuMemory, gpuMemory } from './gpu-memory.ts';

/**
 * The part of tensorflow/core/protobuf/{config,rewriter_config}.proto (TensorFlow 2.21) that the
 * engine writes.
 */
const schema = `
syntax = "proto3";
package tensorflow;

message ConfigProto { GPUOptions gpu_options = 6; GraphOptions graph_options = 10; }
message GPUOptions { double per_process_gpu_memory_fraction = 1; bool allow_growth = 4; }
message GraphOptions { OptimizerOptions optimizer_options = 3; RewriterConfig rewrite_options = 10; }
message OptimizerOptions {
  enum Level { L1 = 0; L0 = -1; }
  enum Jit { NONE = 0; ON_2 = 2; }
  Level opt_level = 3;
  Jit global_jit_level = 5;
}
message RewriterConfig {
  enum Toggle { DEFAULT = 0; ON = 1; OFF = 2; }
  Toggle remapping = 14;
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
    graphOptions: {
      optimizerOptions: { optLevel: 'L0' },
      rewriteOptions: { disableMetaOptimizer: true },
    },
  });
}

/**
 * Mixed precision (Micikevicius et al. 2018): Grappler gives 16-bit inputs to the operations that
 * gain from them and leaves state, sums and losses in 32 bits. It is float16 on a GPU; on a CPU it
 * would be bfloat16, and a graph that is recorded for a CPU has casts of its own instead
 * (bfloat16/half.ts).
 */
export function mixedSessionConfig(device: 'cpu' | 'gpu'): Uint8Array {
  return encode({ ...shareOf(device), graphOptions: { rewriteOptions: mixedRewrites(device) } });
}

const mixedRewrites = (device: 'cpu' | 'gpu') => ({
  ...rewritesOn(device),
  ...(device === 'gpu' ? { autoMixedPrecision: 'ON' } : { autoMixedPrecisionOnednnBfloat16: 'ON' }),
});

/**
 * Tests run graphs for a GPU on a CPU. What Grappler joins there (its remapping) are oneDNN's
 * operations, which no GPU has. One of them, a depthwise convolution with its bias, is made without
 * the list of its paddings, and TensorFlow ends the process for it.
 */
const rewritesOn = (device: 'cpu' | 'gpu') => (device === 'cpu' ? { remapping: 'OFF' } : {});

/** How TensorFlow runs a graph that was recorded for a GPU. Null: by its own choice. */
export function gpuSessionConfig(device: 'cpu' | 'gpu'): Uint8Array | null {
  if (device === 'gpu') return gpuMemoryConfig();
  const memory = gpuMemory();
  return encode({
    ...(memory !== null && memoryOptions(memory)),
    graphOptions: { rewriteOptions: rewritesOn(device) },
  });
}

/**
 * XLA compiles what it can of a graph: TensorFlow's own choice of clusters. With 16 bits where they
 * are asked for.
 */
export function xlaSessionConfig(device: 'cpu' | 'gpu', mixed: boolean): Uint8Array {
  return encode({
    ...shareOf(device),
    graphOptions: {
      optimizerOptions: { globalJitLevel: 'ON_2' },
      ...(mixed
        ? { rewriteOptions: mixedRewrites(device) }
        : device === 'cpu' && { rewriteOptions: rewritesOn(device) }),
    },
  });
}

/**
 * How a process opens its GPU, and every session on it: with a part of its memory, taken as it is
 * needed. Null where the process need not share the GPU; TensorFlow's own then.
 */
export function gpuMemoryConfig(memory: GpuMemory | null = gpuMemory()): Uint8Array | null {
  return memory === null ? null : encode(memoryOptions(memory));
}

const memoryOptions = ({ share, grows }: GpuMemory) => ({
  gpuOptions: { perProcessGpuMemoryFraction: share, allowGrowth: grows },
});

function shareOf(device: 'cpu' | 'gpu'): object {
  const memory = device === 'gpu' ? gpuMemory() : null;
  return memory === null ? {} : memoryOptions(memory);
}

function encode(config: object): Uint8Array {
  const type = protobuf.parse(schema).root.lookupType('tensorflow.ConfigProto');
  return type.encode(type.fromObject(config)).finish();
}

/** The variable in which the binding looks for how to open devices, as `sessionConfigFile`. */
const contextConfigVariable = 'REDISTILL_CONTEXT_CONFIG';

/**
 * Says how TensorFlow is to open its devices. To be called before it does, which is when the
 * binding is loaded.
 *
 * @throws EngineError `ENGINE_BINDING` as `checkBindingTakesConfig`
 */
export function prepareContext(
  environment: Record<string, string | undefined> = process.env,
  build: BindingBuild | undefined = bindingBuild(),
): void {
  const config = gpuMemoryConfig(gpuMemory(environment));
  if (config === null) return;
  if (build?.contextConfig !== true) {
    throw outdatedBinding('would take more than its part of the memory of a GPU');
  }
  environment[contextConfigVariable] = Buffer.from(config).toString('hex');
}

/**
 * @throws EngineError `ENGINE_BINDING` where the binding was built by an older checkout, whose
 *   sessions would rewrite graphs after all
 */
export function checkBindingTakesConfig(build: BindingBuild | undefined = bindingBuild()): void {
  if (build?.sessionConfig !== true) throw outdatedBinding('would run recorded steps rewritten');
}

function outdatedBinding(would: string): EngineError {
  return new EngineError(
    'ENGINE_BINDING',
    `The TensorFlow binding was built by an older set-up and ${would}.`,
    { hint: `Run ${setupCommand}: it builds the binding anew (20 s).` },
  );
}
