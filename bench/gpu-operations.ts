/*
 * The operations with their types that steps and evaluations record for a GPU, of the largest
 * cohorts of suites at scale smoke. As a program: writes tests/bench/fixtures/gpu-operations.json
 * from the plans that it is given (see bench/nodes.ts); `make gpu-kernels` asks TensorFlow for
 * their kernels.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import type { Plan } from '../contract/plan-types.ts';
import type { TrialSpec } from '../contract/spec.ts';
import { savedModelSchema } from '../runners/engine/saved-model.proto.ts';
import { type Binding, backend } from '../runners/engine/tensorflow.ts';
import { inCohorts, stepNodes } from './nodes.ts';

interface NodeDef {
  readonly op: string;
  readonly attr?: Readonly<Record<string, { readonly type?: number }>>;
}

/** Operations of graphs that are loaded while `body` runs: `MatMul T=1`, sorted. */
export async function loadedOperations(body: () => Promise<unknown>): Promise<readonly string[]> {
  const engine = backend();
  const { binding } = engine;
  const model = protobuf.parse(savedModelSchema).root.lookupType('tensorflow.SavedModel');
  const found = new Set<string>();
  engine.binding = Object.create(binding, {
    loadSavedModel: {
      value: (folder: string, tags: string) => {
        const bytes = readFileSync(join(folder, 'saved_model.pb'));
        const { metaGraphs } = model.toObject(model.decode(bytes)) as {
          readonly metaGraphs: readonly [{ readonly graphDef: { readonly node: NodeDef[] } }];
        };
        for (const node of metaGraphs[0].graphDef.node) found.add(lineOf(node));
        return binding.loadSavedModel(folder, tags);
      },
    },
  }) as Binding;
  try {
    await body();
  } finally {
    engine.binding = binding;
  }
  return [...found].sort();
}

function lineOf({ op, attr = {} }: NodeDef): string {
  const types = Object.entries(attr).flatMap(([name, { type }]) =>
    type === undefined ? [] : [`${name}=${type}`],
  );
  return [op, ...types.sort()].join(' ');
}

/** Operations of the steps and evaluations of trials, one cohort after the other. */
export async function operationsOf(cohorts: readonly (readonly TrialSpec[])[]) {
  return loadedOperations(async () => {
    for (const specs of cohorts) await stepNodes(specs, ['gpu']);
  });
}

/** Students of a plan in cohorts, those without a teacher alone. */
export function cohortsOf({ trials }: Pick<Plan, 'trials'>): readonly (readonly TrialSpec[])[] {
  return inCohorts(trials.map(({ spec }) => spec).filter(({ role }) => role === 'student'));
}

if (import.meta.main) {
  const found = new Set<string>();
  for (const file of process.argv.slice(2)) {
    const { plan } = JSON.parse(readFileSync(file, 'utf8')) as { readonly plan: Plan };
    for (const line of await operationsOf(cohortsOf(plan))) found.add(line);
    process.stderr.write(`${plan.suite}: ${found.size} operations\n`);
  }
  const target = fileURLToPath(
    new URL('../tests/bench/fixtures/gpu-operations.json', import.meta.url),
  );
  writeFileSync(target, `${JSON.stringify([...found].sort(), null, 1)}\n`);
}
