import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemTrouble } from '../../common/errors.ts';
import { makeTemporaryFolder } from '../../common/files.ts';
import { AheadInputs, type Feed } from './ahead.ts';
import { inBfloat16 } from './bfloat16/half.ts';
import { processorBfloat16 } from './bfloat16/processor.ts';
import { EagerProgram } from './eager.ts';
import { aheadNodes, encodeProgram, fedNode, outputNode, stateNodes } from './encode.ts';
import { EngineError, tensorflowReason } from './errors.ts';
import { fuse } from './fuse.ts';
import { gpuSettings } from './gpu-settings.ts';
import { prepareFunction } from './lean/frozen.ts';
import { type LeanGraph, lean } from './lean/lean.ts';
import { PackedState } from './lean/packs.ts';
import { withoutWinograd } from './ops/kernels.ts';
import { pruned } from './prune.ts';
import { type RecordedFunction, recordFunction } from './record.ts';
import {
  checkBindingTakesConfig,
  cpuSessionConfig,
  gpuSessionConfig,
  mixedSessionConfig,
  sessionConfigFile,
  xlaSessionConfig,
} from './session-config.ts';
import { recordsForGpu } from './target.ts';
import {
  type Binding,
  backend,
  dataTypes,
  type TensorHandle,
  tensorflowVersion,
  tf,
} from './tensorflow.ts';
import type {
  ArrayMap,
  CompiledFunction,
  FunctionSpec,
  InputArray,
  InputMap,
  InputSpec,
  Precision,
  Program,
  ProgramGraph,
  TensorSpec,
} from './types.ts';
import { checkArray, checkState } from './values.ts';

export interface ProgramOptions {
  readonly state: Readonly<Record<string, TensorSpec>>;
  /** Initial value of every state entry, row-major. */
  readonly initial: ArrayMap;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  /**
   * `recorded` (default) runs each function as one TensorFlow graph; `eager` op by op, for
   * debugging.
   */
  readonly mode?: 'recorded' | 'eager';
  /**
   * Default: on a CPU, and on a GPU where bits are to repeat; see EncodeOptions. Has no meaning in
   * eager mode, where operations are ordered anyway.
   */
  readonly totalOrder?: boolean;
  /**
   * Absent: 32 bits throughout. `mixed`: bfloat16 on a CPU, with casts that are recorded
   * (`inBfloat16`); what Grappler makes of it on a GPU (`mixedSessionConfig`), which promises no
   * bits.
   */
  readonly precision?: Precision | undefined;
}

/**
 * Makes a program: records every function once (or keeps it for eager runs) and loads state and
 * functions into a TensorFlow session.
 *
 * @throws EngineError when a function is not pure, an operation fails, or a shape does not fit; see
 *   `recordFunction`. `ENGINE_PRECISION` for mixed precision in eager mode, since
 *   graphs are what is rewritten, and on a CPU without bfloat16.
 */
export function createProgram(options: ProgramOptions): Program {
  checkState(options.state, options.initial);
  if (options.mode === 'eager') {
    if (options.precision !== undefined) throw noMixedEager();
    return new EagerProgram(options.state, options.initial, options.functions);
  }
  const program = openGraph(compiled(options, graphOf(options)));
  program.writeState(options.initial);
  return program;
}

function noMixedEager(): EngineError {
  return new EngineError('ENGINE_PRECISION', 'Mixed precision needs recorded steps.', {
    hint: 'Leave out `--eager`, or `precision` of the recipe.',
  });
}

/**
 * Joined operations and equal bits for a CPU; few operations for a GPU, where Grappler fuses by
 * itself (and uses 16 bits where asked).
 */
function graphOf(options: ProgramOptions): LeanGraph {
  const recorded = recordAll(options);
  if (recordsForGpu()) return lean(recorded);
  const fused = hasFusedKernels() ? recorded.map(fuse) : recorded;
  const functions = options.precision === 'mixed' ? inHalf(fused) : fused;
  return { functions, packs: [], more: {}, sources: new Set() };
}

function inHalf(recorded: readonly RecordedFunction[]): RecordedFunction[] {
  const processor = processorBfloat16();
  if (processor !== null) return recorded.map((each) => inBfloat16(each, processor));
  throw new EngineError(
    'ENGINE_PRECISION',
    'Mixed precision on a CPU is bfloat16, and this processor has neither AMX nor AVX512-BF16.',
    { hint: 'Train on a GPU, or leave out `precision` of the recipe.' },
  );
}

function recordAll(options: ProgramOptions): RecordedFunction[] {
  const state = Object.fromEntries(
    Object.entries(options.state).map(([key, spec]) => [
      key,
      tf.tensor(options.initial[key] as Float32Array, [...spec.shape], spec.dtype),
    ]),
  );
  try {
    return Object.entries(options.functions).map(([name, spec]) => {
      const record = () => recordFunction(name, spec, state);
      const recorded = options.precision === undefined ? record() : withoutWinograd(record);
      const own = spec.pruned === true ? pruned(recorded) : recorded;
      return recordsForGpu() ? { ...own, ahead: aheadOf(name, spec) } : own;
    });
  } finally {
    for (const tensor of Object.values(state)) tensor.dispose();
  }
}

/** @throws EngineError `ENGINE_AHEAD` for an input that there is not, or that no GPU keeps */
function aheadOf(name: string, { ahead = [], inputs }: FunctionSpec): readonly string[] {
  const wrong = ahead.find((key) => (inputs[key]?.dtype ?? 'int32') === 'int32');
  if (wrong === undefined) return ahead;
  throw new EngineError(
    'ENGINE_AHEAD',
    `"${name}" cannot have its input "${wrong}" ahead of the call: it is none of floats or bytes.`,
  );
}

/** Other processors' TensorFlow lacks the joined kernels, which are oneDNN's. */
const hasFusedKernels = () => process.arch === 'x64';

let programs = 0;

function compiled(
  {
    state,
    totalOrder = !recordsForGpu() || gpuSettings().deterministic,
    precision,
  }: ProgramOptions,
  { functions, packs, more, sources }: LeanGraph,
): ProgramGraph {
  programs += 1;
  const { held } = new PackedState(state, packs, more);
  const { bytes, counts } = encodeProgram(held, functions, backend().binding, {
    container: `program${programs}`,
    totalOrder,
    tensorflowVersion: tensorflowVersion(),
  });
  return {
    ...{ bytes, state, packs, more, precision },
    sources: [...sources],
    functions: Object.fromEntries(functions.map((each) => [each.name, compiledFunction(each)])),
    nodes: counts,
  };
}

/** Loads a recorded program. Its state is to be written before it is read. */
export function openGraph(graph: ProgramGraph): Program {
  return new RecordedProgram(graph);
}

class RecordedProgram implements Program {
  readonly mode = 'recorded';
  readonly state: Readonly<Record<string, TensorSpec>>;
  readonly graph: ProgramGraph;
  private readonly binding: Binding;
  private readonly packed: PackedState;
  private readonly model: number;
  private readonly ahead = new AheadInputs();
  private disposed = false;

  constructor(graph: ProgramGraph) {
    this.graph = graph;
    this.state = graph.state;
    this.packed = new PackedState(graph.state, graph.packs, graph.more);
    this.binding = backend().binding;
    this.model = loadModel(graph.bytes, this.binding, graph.precision);
  }

  nodes(name: string): Readonly<Record<string, number>> | null {
    return this.graph.nodes[name] ?? null;
  }

  call(name: string, inputs: InputMap): Record<string, Float32Array | Int32Array> {
    const compiled = this.graph.functions[name];
    if (compiled === undefined) {
      throw new EngineError(
        'ENGINE_UNKNOWN_FUNCTION',
        `The program has no function "${name}", only ${Object.keys(this.graph.functions).join(', ')}.`,
      );
    }
    for (const key of Object.keys(inputs)) {
      if (!(key in compiled.inputs)) {
        throw new EngineError('ENGINE_UNKNOWN_INPUT', `"${name}" has no input "${key}".`);
      }
    }
    const given = (key: string): Feed => {
      const spec = compiled.inputs[key] as InputSpec;
      return [checkArray(`input "${key}" of "${name}"`, inputs[key], spec), spec];
    };
    const lacks = compiled.ahead.length > 0 && !this.ahead.has(name, compiled.ahead, inputs);
    const next = this.ahead.take(name);
    if (lacks) {
      this.run(
        name,
        compiled.ahead.map(given),
        compiled.ahead.map((key) => `${aheadNodes.next(name, key)}:0`).join(','),
        `${aheadNodes.given(name, 'before')}:0`,
      );
    }
    const outputs = this.run(
      name,
      [...compiled.fed.map(given), ...next.feeds],
      joined(compiled.feeds, next.feedNames),
      joined(compiled.fetches, next.fetch),
    );
    this.ahead.arrived();
    return Object.fromEntries(
      compiled.outputNames.map((key, index) => [key, outputs[index] as Float32Array]),
    );
  }

  announce(name: string, inputs: InputMap): void {
    const compiled = this.graph.functions[name];
    if (compiled !== undefined) this.ahead.announce(name, compiled, inputs);
  }

  readState(
    names: readonly string[] = Object.keys(this.state),
  ): Record<string, Float32Array | Int32Array> {
    for (const key of names) this.specOf(key);
    if (names.length === 0) return {};
    return this.packed.read(names, (held) => this.readHeld(held));
  }

  /** One run for all: TensorFlow prepares the graph anew for every set of names it has not seen. */
  private readHeld(held: readonly string[]): Record<string, Float32Array | Int32Array> {
    const fetches = held.map((key) => `${stateNodes.value(key)}:0`).join(',');
    const values = this.run('readState', [], '', fetches);
    return Object.fromEntries(
      held.map((key, index) => [key, values[index] as Float32Array | Int32Array]),
    );
  }

  writeState(values: ArrayMap): void {
    for (const [key, value] of Object.entries(values)) {
      checkArray(`state "${key}"`, value, this.specOf(key));
    }
    const held = this.packed.pack(values, (names) => this.readHeld(names));
    const keys = Object.keys(held);
    if (keys.length === 0) return;
    this.run(
      'writeState',
      keys.map((key) => [held[key] as InputArray, this.packed.held[key] as TensorSpec]),
      keys.map((key) => `${stateNodes.next(key)}:0`).join(','),
      keys.map((key) => `${stateNodes.assigned(key)}:0`).join(','),
    );
    if (keys.some((key) => this.graph.sources.includes(key))) {
      this.run(prepareFunction, [], '', `${outputNode(prepareFunction, 'done')}:0`);
    }
  }

  dispose(): void {
    if (!this.disposed) this.binding.deleteSavedModel(this.model);
    this.disposed = true;
  }

  private specOf(key: string): TensorSpec {
    const spec = this.state[key];
    if (spec === undefined)
      throw new EngineError('ENGINE_UNKNOWN_STATE', `The program has no state "${key}".`);
    return spec;
  }

  /** One session run: arrays in, arrays out. It leaves no tensor behind, even after an error. */
  private run(
    what: string,
    feeds: readonly Feed[],
    feedNames: string,
    fetchNames: string,
  ): (Float32Array | Int32Array)[] {
    if (this.disposed) throw new EngineError('ENGINE_DISPOSED', 'The program was disposed of.');
    const ids: number[] = [];
    let results: TensorHandle[] = [];
    try {
      for (const [array, spec] of feeds) {
        ids.push(this.binding.createTensor(spec.shape, dataTypes[spec.dtype], array));
      }
      results = this.binding.runSavedModel(this.model, ids, feedNames, fetchNames);
      return results.map(
        (result) => this.binding.tensorDataSync(result.id) as Float32Array | Int32Array,
      );
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      const trouble = systemTrouble(cause);
      if (trouble !== null) throw trouble;
      throw new EngineError('ENGINE_RUN', `"${what}" failed: ${tensorflowReason(cause)}`, {
        cause,
      });
    } finally {
      for (const id of ids) this.binding.deleteTensor(id);
      for (const result of results) this.binding.deleteTensor(result.id);
    }
  }
}

/** Names of nodes as the binding takes them. */
const joined = (...lists: readonly string[]) => lists.filter((names) => names !== '').join(',');

function compiledFunction(recorded: RecordedFunction): CompiledFunction {
  const outputNames = Object.keys(recorded.outputs);
  if (outputNames.length === 0) {
    throw new EngineError('ENGINE_NO_OUTPUT', `The function "${recorded.name}" returns no output.`);
  }
  const { name, inputs, ahead = [] } = recorded;
  const fed = Object.keys(inputs).filter((key) => !ahead.includes(key));
  return {
    ...{ inputs, outputNames, ahead, fed },
    feeds: fed.map((key) => `${fedNode(name, key, inputs[key] as InputSpec)}:0`).join(','),
    fetches: outputNames.map((key) => `${outputNode(name, key)}:0`).join(','),
  };
}

/**
 * Null for TensorFlow's own: on a GPU bits are not promised, and Grappler puts maps into the layout
 * that the device is fast in. How much memory the process may take stands in all of them.
 */
function sessionConfig(binding: Binding, precision: Precision | undefined): Uint8Array | null {
  const device = binding.isUsingGpuDevice() ? 'gpu' : 'cpu';
  if (gpuSettings().xla && recordsForGpu()) return xlaSessionConfig(device, precision === 'mixed');
  if (!recordsForGpu()) return cpuSessionConfig();
  return precision === 'mixed' ? mixedSessionConfig(device) : gpuSessionConfig(device);
}

/**
 * The binding loads SavedModels from a folder only; the folder is needed no longer than the call.
 */
function loadModel(bytes: Uint8Array, binding: Binding, precision: Precision | undefined): number {
  const folder = makeTemporaryFolder('redistill-graph-');
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    const config = sessionConfig(binding, precision);
    if (config !== null) {
      checkBindingTakesConfig();
      writeFileSync(join(folder, sessionConfigFile), config);
    }
    return binding.loadSavedModel(folder, 'serve');
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      'ENGINE_LOAD',
      `TensorFlow refused the recorded graph: ${tensorflowReason(cause)}`,
      {
        cause,
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
