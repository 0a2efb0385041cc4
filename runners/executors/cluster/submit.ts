import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Json } from '../../../common/canonical.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import type { Plan, PlannedTrial } from '../../../contract/plan-types.ts';
import type { WorkerRequest } from '../../../contract/request.ts';
import type { ClusterOptions } from './options.ts';
import {
  type Submission,
  submissionFolder,
  submissionsFolder,
  submissionVersion,
  type TaskTrial,
  writeSubmission,
} from './submission.ts';

/** A trial of a task that is to be submitted, and what its worker is asked. */
export interface TrialRequest {
  readonly trial: PlannedTrial;
  readonly request: WorkerRequest;
}

/** A task that is to be submitted: a trial, or a cohort that one worker trains. */
export type TaskRequest = readonly [TrialRequest, ...TrialRequest[]];

export type SubmitOptions = Pick<
  ClusterOptions,
  'workspace' | 'queue' | 'settings' | 'worker' | 'device' | 'threads' | 'limits' | 'retries'
>;

/** A name that no other submission of this workspace or cluster has. */
export function submissionId(plan: Pick<Plan, 'suite' | 'scale'>): string {
  return `redistill-${plan.suite}-${plan.scale}-${randomBytes(6).toString('hex')}`;
}

/**
 * Submits one array. What is to be done is written down before the queue is told of it, and the
 * number of the job after it, so that a login node that dies in between leaves a job that can be
 * found by its name.
 *
 * @param after tasks (`12_3`) that must succeed before
 * @throws as `Queue.prepare` and the call that it gives
 */
export async function submitArray(
  plan: Plan,
  tasks: readonly [TaskRequest, ...TaskRequest[]],
  after: readonly string[],
  options: SubmitOptions,
): Promise<Submission> {
  const { workspace, queue, device, threads, settings } = options;
  const id = submissionId(plan);
  const submissions = submissionsFolder(workspace, queue.id);
  const folder = submissionFolder(submissions, id);
  for (const { trial, request } of tasks.flat()) {
    writeFileAtomic(join(folder, requestName(trial)), asText(request as unknown as Json));
  }
  const { role } = tasks[0][0].trial.spec;
  const array = { name: id, folder, workspace, tasks: tasks.length, role, after };
  const gpus = Math.max(...tasks.flat().map(({ request }) => request.parts?.gpus ?? 1));
  const submit = queue.prepare({ ...array, device, threads: threads.intra, gpus });
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
      ...{ device, gpus },
      // The time between the warning and the limit is the worker's to write its checkpoint in.
      limits: { ...options.limits, grace: settings.grace },
    },
    fruitlessStarts: options.retries + 1,
  };
  writeSubmission(submissions, submission);
  const submitted = { ...submission, job: await submit() };
  writeSubmission(submissions, submitted);
  return submitted;
}

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
