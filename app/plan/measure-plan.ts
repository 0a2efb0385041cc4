import '../../runners/data/all.ts';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasuredStep, PlannedStep } from '../../bench/plan-steps.ts';
import { InfrastructureError } from '../../common/errors.ts';
import { makeTemporaryFolder } from '../../common/files.ts';
import { codePath } from '../../common/installation.mjs';
import { processReason } from '../../common/process-reason.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { findSource } from '../../runners/data/registry.ts';
import { processorBfloat16 } from '../../runners/engine/bfloat16/processor.ts';
import { nodeArguments, tensorflowEnvironment } from '../../runners/engine/environment.ts';
import { type KeepRule, keptStepKey, teacherPassKey } from '../../suites/kept-price.ts';
import { evaluationKey, type Measurements, medianOf, stepKey } from '../../suites/price.ts';
import type { Effects } from '../effects.ts';
import { addMeasuredSteps } from './measured-steps.ts';

/**
 * The kinds of steps of a plan that can be measured and were not, each once, in the order of the
 * plan, with the evaluations of their networks.
 *
 * @param rule whose teachers' outputs can be kept, so that what this saves is measured as well;
 *   null: nobody's
 */
export function unmeasuredSteps(
  plan: Plan,
  measured: Measurements,
  rule: Pick<KeepRule, 'refusal'> | null = null,
): readonly PlannedStep[] {
  const steps = new Map<string, PlannedStep>();
  for (const { spec } of plan.trials) {
    const key = stepKey(spec);
    const set = findSource(spec.data.dataset);
    if (set?.holds !== 'labels') continue;
    const kept = spec.teacher !== null && rule?.refusal(spec) === null;
    const wanted = [key, evaluationKey(spec), ...(kept ? [teacherPassKey(spec)] : [])];
    if (wanted.every((each) => measured.has(each))) continue;
    const { input } = spec.recipe;
    const sized = input !== undefined && 'size' in input ? input : undefined;
    const side = sized?.size ?? set.side;
    // Without a size of the input, only the pictures say how large they are.
    if (side === undefined) continue;
    // An imported teacher has no steps.
    if (spec.recipe.epochs === 0) continue;
    if (spec.recipe.precision !== undefined && processorBfloat16() === null) continue;
    const pictures = spec.recipe.trainPictures ?? set.train;
    steps.set(key, {
      key,
      spec,
      pictures,
      classes: set.classes,
      side,
      teacherSide: sized?.teacherSize,
      test: set.test,
      kept,
    });
  }
  return [...steps.values()];
}

/**
 * Runs a few steps of each kind that a plan has and this machine has not measured, and keeps their
 * times in the workspace as they come. In a process of its own with one thread of TensorFlow, as
 * trials have by default.
 *
 * @throws InfrastructureError `MEASURE_FAILED` where the process fails; what was measured before is
 *   kept
 */
export async function measurePlan(
  effects: Pick<Effects, 'notice' | 'signal'>,
  steps: readonly PlannedStep[],
  workspace: string,
): Promise<void> {
  if (steps.length === 0) return;
  const { execa } = await import('execa');
  const folder = makeTemporaryFolder('redistill-measure-');
  const list = join(folder, 'steps.json');
  const { ownFilesOf } = await import('../../runners/training/own/load.ts');
  const told = steps.map((step) => ({ ...step, ownFiles: ownFilesOf(step.spec) }));
  writeFileSync(list, JSON.stringify(told));
  const script = codePath(new URL('../../bench/plan-steps.ts', import.meta.url));
  try {
    const subprocess = execa(process.execPath, [...nodeArguments(), script, list], {
      env: tensorflowEnvironment({ threads: 1 }),
      stdin: 'ignore',
      lines: { stdout: true },
      cancelSignal: effects.signal,
      reject: false,
    });
    let done = 0;
    for await (const line of subprocess) {
      const { key, ms, ...more } = JSON.parse(String(line)) as { key: string } & MeasuredStep;
      const { spec } = steps.find((each) => each.key === key) as PlannedStep;
      addMeasuredSteps(workspace, { [key]: ms, ...timesBeside(spec, more) });
      done += 1;
      const priced = medianOf(new Map([[key, ms]]), key) ?? 0;
      effects.notice(`[${done}/${steps.length}] ${key}: ${priced.toFixed(0)} ms`);
    }
    const { failed, stderr } = await subprocess;
    if (failed && !effects.signal.aborted) {
      throw new InfrastructureError(
        'MEASURE_FAILED',
        `The measuring process failed: ${processReason(String(stderr))}`,
        { hint: 'Run redistill doctor. What was measured before is kept.' },
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was measured beside a step, by the keys of prices. */
function timesBeside(
  spec: PlannedStep['spec'],
  { evaluation, kept }: Omit<MeasuredStep, 'ms'>,
): Readonly<Record<string, readonly number[]>> {
  return {
    ...(evaluation !== undefined && { [evaluationKey(spec)]: evaluation }),
    ...(kept !== undefined && {
      [keptStepKey(spec, 1)]: kept.step,
      [teacherPassKey(spec)]: kept.pass,
    }),
  };
}
