import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DataError, RedistillError } from '../common/errors.ts';
import { describeHolder, lockHolder } from '../common/lock.ts';
import { headlineOf, headlines } from './headline.ts';
import type { EndState, RunId } from './journal-types.ts';
import { heartbeatFile, plansFolder, runFolder } from './paths.ts';
import { planProblem } from './plan-problem.ts';
import type { Plan, PlannedTrial } from './plan-types.ts';
import { runNames } from './reuse.ts';
import { type RunState, readRunState } from './run-state.ts';
import type { Scale, Task, TrialId } from './spec.ts';

export type TrialState =
  | EndState
  /** Nothing has been done for it. */
  | 'waiting'
  | 'running'
  /** Its process died; the next `run` resumes it. */
  | 'interrupted'
  /** Its teacher is below the gate. */
  | 'failed gate'
  /** Its teacher ended without completing. */
  | 'blocked'
  /** Its journal is damaged. */
  | 'unreadable';

/** How far one trial is, from the files of its runs alone. */
export interface TrialStatus {
  readonly trial: TrialId;
  readonly role: 'teacher' | 'student';
  readonly model: string;
  readonly teacher: string | null;
  readonly method: string;
  readonly seed: number;
  readonly state: TrialState;
  /** One sentence where the state needs one. */
  readonly reason: string;
  readonly run: RunId | null;
  /** Completed epochs. */
  readonly epoch: number;
  readonly epochs: number;
  /** Training steps of the whole trial. */
  readonly steps: number;
  /**
   * Seconds that the last epoch took with its evaluation, of all students that shared it; null
   * before the first.
   */
  readonly epochSeconds: number | null;
  /** Seconds since the last line of the journal; null without one. */
  readonly idleSeconds: number | null;
  /** Students that shared the last epoch; 1: it trained alone. */
  readonly students: number;
  /** The task's headline metric: percent on the test split, last epoch. */
  readonly headline: number | null;
  /** Seconds since the last heartbeat; null unless running. */
  readonly heartbeatAge: number | null;
  /** `process 4711`; null unless running. */
  readonly holder: string | null;
  /** Seconds that training took; null before its end. */
  readonly seconds: number | null;
}

export interface PlanStatus {
  readonly suite: string;
  readonly title: string;
  readonly task: Task;
  readonly scale: Scale;
  readonly trials: readonly TrialStatus[];
}

/**
 * The plans that `run` has written into a workspace, by name. What is no plain file is none, as for
 * `ingest`: a pipe would be waited for.
 *
 * @throws DataError `PLAN_UNREADABLE` naming the file
 */
export function readPlans(workspace: string): readonly Plan[] {
  const folder = plansFolder(workspace);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => readPlan(join(folder, name)));
}

/**
 * How far a plan is. Reads journals, locks and heartbeats and takes no lock, so that it never waits
 * for a running suite and never disturbs one.
 *
 * @param now milliseconds since 1970, as files' times are
 */
export function planStatus(workspace: string, plan: Plan, now: number): PlanStatus {
  const known = new Map<TrialId, TrialStatus>();
  for (const trial of plan.trials) known.set(trial.id, ownStatus(workspace, trial, now));
  const trials = plan.trials.map((trial) =>
    afterTeachers(trial, known.get(trial.id) as TrialStatus, plan, known),
  );
  const { suite, title, task, scale } = plan;
  return { suite, title, task, scale, trials };
}

function readPlan(file: string): Plan {
  const refused = (why: string, cause?: unknown) =>
    new DataError('PLAN_UNREADABLE', `${file} is not a plan: ${why}`, {
      hint: 'Delete it and run the suite again: its trials are kept.',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw refused('it is no JSON.', cause);
  }
  const problem = planProblem(value);
  if (problem !== null) throw refused(problem);
  // Plans from before there were several tasks do not say it.
  const plan = value as Plan & { readonly task?: Task };
  return { ...plan, task: plan.task ?? 'classification' };
}

function ownStatus(workspace: string, trial: PlannedTrial, now: number): TrialStatus {
  const { spec } = trial;
  const nothing: TrialStatus = {
    trial: trial.id,
    role: spec.role,
    model: spec.model,
    teacher: spec.teacher?.model ?? null,
    method: spec.method,
    seed: spec.seed,
    state: 'waiting',
    reason: '',
    run: null,
    epoch: 0,
    epochs: spec.recipe.epochs,
    steps: trial.steps,
    epochSeconds: null,
    idleSeconds: null,
    students: 1,
    headline: null,
    heartbeatAge: null,
    holder: null,
    seconds: null,
  };
  try {
    return { ...nothing, ...runStatus(workspace, trial, now) };
  } catch (error) {
    if (!(error instanceof RedistillError)) throw error;
    return { ...nothing, state: 'unreadable', reason: error.message };
  }
}

/** The run that is being trained now, or else the one that was last worked on. */
function runStatus(
  workspace: string,
  { id, spec }: PlannedTrial,
  now: number,
): Partial<TrialStatus> {
  const folders = runNames(workspace, id).map((run) => runFolder(workspace, id, run));
  for (const folder of folders) {
    const holder = lockHolder(folder);
    if (holder === undefined) continue;
    const beat = statSync(heartbeatFile(folder), { throwIfNoEntry: false });
    return {
      ...progressOf(readRunState(folder), spec.task, now),
      state: 'running',
      heartbeatAge: beat === undefined ? null : Math.max(0, now - beat.mtimeMs) / 1000,
      holder: describeHolder(holder, hostname()),
    };
  }
  let latest: RunState | undefined;
  for (const folder of folders) {
    const state = readRunState(folder);
    if (state.lines > 0 && state.lastTime >= (latest?.lastTime ?? '')) latest = state;
  }
  if (latest === undefined) return {};
  const { end } = latest;
  return {
    ...progressOf(latest, spec.task, now),
    state: end?.state ?? 'interrupted',
    reason: end === undefined || end.state === 'completed' ? '' : end.reason,
    seconds: end?.seconds ?? null,
  };
}

function progressOf(
  { run, lastEpoch, lastTime }: RunState,
  task: Task,
  now: number,
): Partial<TrialStatus> {
  return {
    run,
    epoch: lastEpoch?.epoch ?? 0,
    // A log of others may not say how long its epochs took.
    epochSeconds:
      lastEpoch === undefined
        ? null
        : (lastEpoch.trainSeconds ?? 0) + (lastEpoch.evalSeconds ?? 0) || null,
    idleSeconds: lastTime === '' ? null : Math.max(0, now - Date.parse(lastTime)) / 1000,
    students: lastEpoch?.students ?? 1,
    headline: headlineOf(task, lastEpoch?.metrics) ?? null,
  };
}

/**
 * A waiting student of a teacher that will not teach does not wait: it is `failed gate` or
 * `blocked`.
 */
function afterTeachers(
  trial: PlannedTrial,
  own: TrialStatus,
  plan: Plan,
  known: ReadonlyMap<TrialId, TrialStatus>,
): TrialStatus {
  if (own.state !== 'waiting') return own;
  for (const id of trial.after) {
    const teacher = known.get(id);
    const gate = plan.trials.find((candidate) => candidate.id === id)?.gate ?? null;
    if (teacher === undefined) continue;
    if (teacher.state === 'completed' && gate !== null && (teacher.headline ?? 0) < gate) {
      const { label } = headlines[trial.spec.task];
      const reached =
        teacher.headline === null ? `no ${label}` : `${teacher.headline.toFixed(2)} % ${label}`;
      const reason = `${teacher.model} reached ${reached}, below its gate of ${gate} %.`;
      return { ...own, state: 'failed gate', reason };
    }
    if (ended.has(teacher.state)) {
      const reason = `${teacher.model} did not complete (${teacher.state}).`;
      return { ...own, state: 'blocked', reason };
    }
  }
  return own;
}

const ended: ReadonlySet<TrialState> = new Set(['diverged', 'failed', 'timed-out', 'unreadable']);
