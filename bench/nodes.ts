/*
 * Nodes of a training step's recorded graph, as a CPU and as a GPU gets it: on a GPU each costs a
 * launch or the time to decide that it needs none. As a program: prints a table of the steps of
 * these suites' largest cohorts at scale smoke (docs/gpu.md), a plan's JSON each:
 *
 *     node cli/bin.js plan SUITE@smoke --json > plan.json; node bench/nodes.ts plan.json ...
 *
 * With OPERATIONS in the environment, the operations of a GPU's step stand below each row.
 */
import { readFileSync } from 'node:fs';
import { cohortKey } from '../contract/cohort-key.ts';
import type { Plan } from '../contract/plan-types.ts';
import type { TrialSpec } from '../contract/spec.ts';
import { taskModule } from '../runners/catalogue/tasks.ts';
import { withoutKernels } from '../runners/engine/ops/kernels.ts';
import { recordFor } from '../runners/engine/target.ts';
import { initialState } from '../runners/networks/init.ts';

/** Nodes by their operation, of the step on a full batch. */
export type StepNodes = Readonly<Record<string, number>>;

/**
 * Records the step of trials that share a teacher, whose weights are drawn, for both devices.
 *
 * @param specs of embedded data sets
 * @param devices those of others have no nodes
 */
export async function stepNodes(
  specs: readonly TrialSpec[],
  devices: readonly ('cpu' | 'gpu')[] = ['cpu', 'gpu'],
): Promise<Readonly<Record<'cpu' | 'gpu', StepNodes>>> {
  const [{ task, teacher }] = specs as readonly [TrialSpec];
  const data = await (await taskModule(task)).load(specs[0] as TrialSpec, null);
  const network = teacher === null ? null : await data.network(teacher.model, 'teacher');
  const prepared = await data.prepare({
    specs,
    teacher: network === null ? null : { network, weights: initialState(network.params, 1) },
    mode: 'recorded',
  });
  const nodesFor = (device: 'cpu' | 'gpu'): StepNodes => {
    recordFor(device);
    try {
      // Operations of our own, which a CPU alone has, would hide how many TensorFlow needs.
      const { program, dispose } = withoutKernels(() =>
        prepared.createProgram(specs.map((_, index) => index)),
      );
      // Of detection and segmentation the step on the first size of pictures.
      const nodes = program.nodes('train') ?? program.nodes('train0') ?? {};
      dispose();
      return nodes;
    } finally {
      recordFor(null);
    }
  };
  try {
    const nodes = devices.map((device) => [device, nodesFor(device)]);
    return { cpu: {}, gpu: {}, ...Object.fromEntries(nodes) };
  } finally {
    await prepared.close();
  }
}

export const total = (nodes: StepNodes): number =>
  Object.values(nodes).reduce((sum, count) => sum + count, 0);

/** Trials in cohorts: of one teacher, data order and seed; the others alone. */
export function inCohorts(specs: readonly TrialSpec[]): readonly (readonly TrialSpec[])[] {
  return [...Map.groupBy(specs, (spec) => cohortKey(spec) ?? spec).values()];
}

/** The largest cohort of those that learn from a teacher. */
export function largestCohort({ trials }: Pick<Plan, 'trials'>): readonly TrialSpec[] {
  const taught = trials.map(({ spec }) => spec).filter(({ teacher }) => teacher !== null);
  return inCohorts(taught).reduce((one, other) => (other.length > one.length ? other : one), []);
}

if (import.meta.main) {
  process.stdout.write('| suite | students | CPU | GPU | |\n|---|---|---|---|---|\n');
  for (const file of process.argv.slice(2)) {
    const { plan } = JSON.parse(readFileSync(file, 'utf8')) as { readonly plan: Plan };
    const cohort = largestCohort(plan);
    const { cpu, gpu } = await stepNodes(cohort);
    const share = Math.round((100 * total(gpu)) / total(cpu));
    const words = cohort.map(({ method, model }) => `${method} ${model}`).join(', ');
    process.stdout.write(
      `| ${plan.suite}: ${words} | ${cohort.length} | ${total(cpu)} | ${total(gpu)} | ${share} % |\n`,
    );
    if (process.env['OPERATIONS'] !== undefined) {
      process.stdout.write(`${JSON.stringify(gpu)}\n`);
    }
  }
}
