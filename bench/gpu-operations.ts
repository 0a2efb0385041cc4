/*
 * The operations with their types that steps and evaluations record for a GPU, of the largest
 * cohorts of suites at scale smoke and of every family of networks. As a program: writes
 * tests/bench/fixtures/gpu-operations.json from the plans that it is given (see bench/nodes.ts);
 * `make gpu-kernels` asks TensorFlow for their kernels.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import type { Plan } from '../contract/plan-types.ts';
import type { TrialSpec } from '../contract/spec.ts';
import { savedModelSchema } from '../runners/engine/saved-model.proto.ts';
import { type Binding, backend } from '../runners/engine/tensorflow.ts';
import { familyModels, familyTrial } from './gpu-families.ts';
import { inCohorts, stepNodes } from './nodes.ts';

/** A node of a loaded graph, as far as it says what it needs of a device. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<
    Record<string, { readonly type?: number; readonly i?: number | { toNumber(): number } }>
  >;
}

/** Graphs that are loaded while `body` runs. */
async function loadedGraphs(body: () => Promise<unknown>): Promise<readonly GraphNode[][]> {
  const engine = backend();
  const { binding } = engine;
  const model = protobuf.parse(savedModelSchema).root.lookupType('tensorflow.SavedModel');
  const found: GraphNode[][] = [];
  engine.binding = Object.create(binding, {
    loadSavedModel: {
      value: (folder: string, tags: string) => {
        const bytes = readFileSync(join(folder, 'saved_model.pb'));
        const { metaGraphs } = model.toObject(model.decode(bytes)) as {
          readonly metaGraphs: readonly [{ readonly graphDef: { readonly node: GraphNode[] } }];
        };
        found.push(metaGraphs[0].graphDef.node);
        return binding.loadSavedModel(folder, tags);
      },
    },
  }) as Binding;
  try {
    await body();
  } finally {
    engine.binding = binding;
  }
  return found;
}

function lineOf({ op, attr = {} }: GraphNode): string {
  const types = Object.entries(attr).flatMap(([name, { type }]) =>
    type === undefined ? [] : [`${name}=${type}`],
  );
  return [op, ...types.sort()].join(' ');
}

export interface Recorded {
  /** Operations with their types, `MatMul T=1`, sorted. */
  readonly operations: readonly string[];
  /** The graphs themselves. */
  readonly graphs: readonly (readonly GraphNode[])[];
}

/** What steps and evaluations of trials record for a GPU, one cohort after the other. */
export async function recordedFor(cohorts: readonly (readonly TrialSpec[])[]): Promise<Recorded> {
  const graphs = await loadedGraphs(async () => {
    for (const specs of cohorts) await stepNodes(specs, ['gpu']);
  });
  return { operations: [...new Set(graphs.flat().map(lineOf))].sort(), graphs };
}

/** Students of a plan in cohorts, those without a teacher alone. */
export function cohortsOf({ trials }: Pick<Plan, 'trials'>): readonly (readonly TrialSpec[])[] {
  return inCohorts(trials.map(({ spec }) => spec).filter(({ role }) => role === 'student'));
}

if (import.meta.main) {
  const found = new Set<string>();
  const add = (what: string, { operations }: Recorded) => {
    for (const line of operations) found.add(line);
    process.stderr.write(`${what}: ${found.size} operations\n`);
  };
  const plans = process.argv
    .slice(2)
    .map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { readonly plan: Plan }).plan);
  for (const plan of plans) add(plan.suite, await recordedFor(cohortsOf(plan)));
  const studentsOf = (suite: string) =>
    plans
      .filter((plan) => plan.suite === suite)
      .flatMap(({ trials }) => trials.map(({ spec }) => spec))
      .filter(({ role }) => role === 'student');
  for (const model of familyModels) {
    add(model, await recordedFor([[await familyTrial(model, studentsOf)]]));
  }
  const target = fileURLToPath(
    new URL('../tests/bench/fixtures/gpu-operations.json', import.meta.url),
  );
  writeFileSync(target, `${JSON.stringify([...found].sort(), null, 1)}\n`);
}
