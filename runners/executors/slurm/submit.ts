import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Json } from '../../../common/canonical.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import { codePath } from '../../../common/installation.mjs';
import type { Plan, PlannedTrial } from '../../../contract/plan-types.ts';
import type { WorkerRequest } from '../../../contract/request.ts';
import { nodeArguments } from '../../engine/environment.ts';
import {
  type Submission,
  submissionFolder,
  submissionVersion,
  type TaskTrial,
  writeSubmission,
} from '../cluster/submission.ts';
import type { WorkerLimits } from '../executor.ts';
import type { SlurmClient } from './client.ts';
import type { SlurmConfig } from './config.ts';
import { jobScript, sbatchOptions } from './script.ts';

/** A trial of a task that is to be submitted, and what its worker is asked. */
export interface TrialRequest {
  readonly trial: PlannedTrial;
  readonly request: WorkerRequest;
}

/** A task that is to be submitted: a trial, or a cohort that one worker trains. */
export type TaskRequest = readonly [TrialRequest, ...TrialRequest[]];

export interface SubmitOptions {
  /** Absolute. */
  readonly workspace: string;
  readonly config: SlurmConfig;
  readonly client: SlurmClient;
  /** The worker's script. */
  readonly worker: string;
  readonly device: 'cpu' | 'gpu';
  readonly threads: { readonly intra: number };
  readonly limits: WorkerLimits;
  /** How often a task is started again without getting anywhere. */
  readonly retries: number;
}

/** A name that no other submission of this workspace or cluster has. */
export function submissionId(plan: Pick<Plan, 'suite' | 'scale'>): string {
  return `redistill-${plan.suite}-${plan.scale}-${randomBytes(6).toString('hex')}`;
}

/**
 * Submits one array. What is to be done is written down before sbatch is called, and the number of
 * the job after it, so that a login node that dies in between leaves a job that can be found by its
 * name.
 *
 * @param after tasks (`12_3`) that must succeed before
 * @throws as `SlurmClient.submit`
 */
export async function submitArray(
  plan: Plan,
  tasks: readonly [TaskRequest, ...TaskRequest[]],
  after: readonly string[],
  options: SubmitOptions,
): Promise<Submission> {
  const { workspace, config, client, device, threads } = options;
  const id = submissionId(plan);
  const folder = submissionFolder(workspace, id);
  for (const { trial, request } of tasks.flat()) {
    writeFileAtomic(join(folder, requestName(trial)), asText(request as unknown as Json));
  }
  const command = [process.execPath, ...nodeArguments(), taskScript, folder];
  const script = join(folder, 'job.sh');
  const { role } = tasks[0][0].trial.spec;
  const array = { name: id, folder, workspace, tasks: tasks.length, role, after };
  const sbatch = sbatchOptions({ ...array, device, threads: threads.intra }, config);
  writeFileAtomic(script, jobScript(command, config));
  const submission: Submission = {
    schemaVersion: submissionVersion,
    id,
    plan: `${plan.suite}@${plan.scale}`,
    submittedAt: new Date().toISOString(),
    job: null,
    tasks: tasks.map(([first, ...others]) => ({
      trials: [asTaskTrial(first), ...others.map(asTaskTrial)],
    })),
    worker: {
      script: options.worker,
      threads: threads.intra,
      device,
      // The time between the warning and the limit is the worker's to write its checkpoint in.
      limits: { ...options.limits, grace: config.grace },
    },
    fruitlessStarts: options.retries + 1,
  };
  writeSubmission(workspace, submission);
  const submitted = { ...submission, job: await client.submit(sbatch, script) };
  writeSubmission(workspace, submitted);
  return submitted;
}

const taskScript = codePath(new URL('./task.ts', import.meta.url));

const asTaskTrial = ({ trial, request }: TrialRequest): TaskTrial => ({
  trial: trial.id,
  task: trial.spec.task,
  run: request.run,
  folder: request.runDirectory,
  request: requestName(trial),
  gate: trial.gate,
});

const requestName = ({ id }: PlannedTrial): string => `request-${id}.json`;

const asText = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;
