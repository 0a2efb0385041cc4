import { type Dirent, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RedistillError } from '../common/errors.ts';
import { leftoversIn } from '../common/files.ts';
import { acquireLock, lockHolder } from '../common/lock.ts';
import { keptFolder, numericsFile, parseRunId, runsFolder } from '../contract/paths.ts';
import { runFiles } from '../contract/request.ts';
import { runsOf } from '../contract/reuse.ts';
import type { RunState } from '../contract/run-state.ts';
import { isInUse, storesIn } from '../runners/classification/kept/store.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';

/**
 * What may be pruned. `journals` is never pruned without being named: the history, and a database
 * that is made anew, would lose these runs. Nor are `outputs` of teachers, which save time until
 * then.
 */
export const prunable = [
  'checkpoints',
  'weights',
  'numerics',
  'leftovers',
  'outputs',
  'journals',
] as const;

export type Prunable = (typeof prunable)[number];

/** Everything that nothing has any use for. */
export const safelyPrunable: readonly Prunable[] = prunable.filter(
  (kind) => kind !== 'journals' && kind !== 'outputs',
);

export interface PruneOptions extends WorkspaceOption {
  /** Default: all but journals and outputs. */
  readonly kinds?: readonly Prunable[] | undefined;
  /** Only say what would go. */
  readonly dryRun?: boolean | undefined;
}

/** A file or folder that nothing needs. */
export interface Pruned {
  readonly kind: Prunable;
  /** Within the workspace. */
  readonly path: string;
  readonly bytes: number;
}

export interface PruneResult {
  readonly workspace: string;
  readonly dryRun: boolean;
  readonly pruned: readonly Pruned[];
  /** Runs that were passed over, since a process works on them. */
  readonly busy: readonly string[];
  /** Trials that were passed over, since a journal of theirs is damaged: why, in a sentence. */
  readonly unreadable: readonly { readonly trial: string; readonly reason: string }[];
}

/**
 * Removes from a workspace what no report, resume, replay or student needs:
 *
 * - `checkpoints` of runs that have their result. A run that was interrupted, cancelled or stopped
 *   by the machine keeps them: it resumes from them;
 * - `weights` of students' runs that a later completed run of the same trial stands for. The
 *   weights of teachers stay: students of an older commit may still learn from them;
 * - `numerics`: records of fingerprints that no run has any more;
 * - `leftovers` of writers that were killed;
 * - only where named, `outputs` of teachers that no training has used for a while;
 * - only where named, `journals`: the whole folders of those students' runs.
 *
 * What a process works on is passed over, and so is what cannot be read.
 *
 * @throws InfrastructureError `FILE_WRITE` where the lock of a run cannot be taken
 */
export function prune(options: PruneOptions = {}, effects: Partial<Effects> = {}): PruneResult {
  const workspace = workspaceOf(options, completeEffects(effects));
  const { kinds = safelyPrunable, dryRun = false } = options;
  const pruned: Pruned[] = [];
  const busy: string[] = [];
  const unreadable: { readonly trial: string; readonly reason: string }[] = [];
  const fingerprints = new Set<string>();
  for (const trial of trialsIn(workspace)) {
    const runs = runsOrReason(workspace, trial);
    if (typeof runs === 'string') {
      unreadable.push({ trial, reason: runs });
      continue;
    }
    const stands = standing(runs);
    for (const run of runs) {
      const found = candidates(run, stands).filter(({ kind }) => kinds.includes(kind));
      const whole = found.some(({ kind }) => kind === 'journals');
      if (run.header !== undefined && !whole) fingerprints.add(run.header.fingerprint);
      if (found.length === 0) continue;
      const taken = underLock(run.folder, dryRun, () =>
        found.map(({ kind, path }) => remove(workspace, kind, path, dryRun)),
      );
      if (taken === null) busy.push(run.run);
      else pruned.push(...taken);
    }
  }
  const others = [
    // A run that cannot be read may have any fingerprint.
    ...(kinds.includes('numerics') && unreadable.length === 0
      ? unusedNumerics(workspace, fingerprints)
      : []),
    ...(kinds.includes('leftovers') ? leftovers(workspace) : []),
    ...(kinds.includes('outputs') ? unusedOutputs(workspace) : []),
  ];
  pruned.push(...others.map(({ kind, path }) => remove(workspace, kind, path, dryRun)));
  return { workspace, dryRun, pruned, busy, unreadable };
}

function runsOrReason(workspace: string, trial: string): readonly RunState[] | string {
  try {
    return runsOf(workspace, trial);
  } catch (error) {
    if (!(error instanceof RedistillError)) throw error;
    return error.message;
  }
}

interface Candidate {
  readonly kind: Prunable;
  /** Absolute. */
  readonly path: string;
}

/** End states from which a run never goes on. */
const results: readonly string[] = ['completed', 'diverged', 'failed', 'timed-out'];

/** The run that stands for its trial: the latest that completed. */
function standing(runs: readonly RunState[]): RunState | undefined {
  return runs
    .filter(({ end }) => end?.state === 'completed')
    .sort((a, b) => (a.lastTime < b.lastTime ? -1 : 1))
    .at(-1);
}

function candidates(run: RunState, stands: RunState | undefined): readonly Candidate[] {
  const { folder, header, end } = run;
  if (header === undefined || end === undefined || !results.includes(end.state)) return [];
  const superseded =
    header.spec.role === 'student' &&
    stands !== undefined &&
    stands.run !== run.run &&
    run.lastTime < stands.lastTime;
  const inFolder = (kind: Prunable, name: string): readonly Candidate[] =>
    exists(join(folder, name)) ? [{ kind, path: join(folder, name) }] : [];
  return [
    ...inFolder('checkpoints', runFiles.checkpoints),
    ...(superseded ? inFolder('weights', runFiles.model) : []),
    ...(superseded ? [{ kind: 'journals' as const, path: folder }] : []),
  ];
}

/** Null where a living process holds the run. Looking alone takes no lock. */
function underLock<T>(folder: string, dryRun: boolean, work: () => T): T | null {
  if (dryRun) return lockHolder(folder) === undefined ? work() : null;
  const attempt = acquireLock(folder);
  if (attempt.kind === 'busy') return null;
  try {
    return work();
  } finally {
    // A folder that has gone took its lock along.
    if (exists(folder)) attempt.lock.release();
  }
}

function unusedNumerics(workspace: string, used: ReadonlySet<string>): readonly Candidate[] {
  const folder = join(runsFolder(workspace), 'numerics');
  return entries(folder)
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}\.json$/.test(entry.name))
    .map(({ name }) => name.slice(0, -'.json'.length))
    .filter((fingerprint) => !used.has(fingerprint))
    .map((fingerprint) => ({ kind: 'numerics', path: numericsFile(workspace, fingerprint) }));
}

/** Stores that no training uses now. */
function unusedOutputs(workspace: string): readonly Candidate[] {
  const folder = keptFolder(workspace);
  if (!exists(folder)) return [];
  const idle = storesIn(folder).filter(({ used }) => !isInUse(used));
  return idle.map(({ home }) => ({ kind: 'outputs', path: home }));
}

/** Of killed writers, in the workspace and two folders deep under `runs/`. */
function leftovers(workspace: string): readonly Candidate[] {
  const runs = runsFolder(workspace);
  const below = foldersIn(runs).flatMap((folder) => [folder, ...foldersIn(folder)]);
  return [workspace, join(workspace, 'reports'), runs, ...below].flatMap((folder) =>
    leftoversIn(folder).map((name) => ({ kind: 'leftovers' as const, path: join(folder, name) })),
  );
}

function remove(workspace: string, kind: Prunable, path: string, dryRun: boolean): Pruned {
  const bytes = bytesOf(path);
  if (!dryRun) rmSync(path, { recursive: true, force: true });
  return { kind, path: path.slice(workspace.length + 1), bytes };
}

/** Trials with runs, by the names of folders. A link is none: what it leads to is not ours. */
function trialsIn(workspace: string): readonly string[] {
  return entries(runsFolder(workspace))
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{16}$/.test(entry.name))
    .map(({ name }) => name)
    .filter((trial) =>
      entries(join(runsFolder(workspace), trial)).some(
        (entry) => entry.isDirectory() && parseRunId(entry.name)?.trial === trial,
      ),
    )
    .sort();
}

function foldersIn(folder: string): readonly string[] {
  return entries(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}

function entries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Of a folder what its files have, links not followed. */
function bytesOf(path: string): number {
  const all = entriesBelow(path);
  return all.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function entriesBelow(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return entries(path).flatMap((entry) => {
    if (entry.isDirectory()) return entriesBelow(join(path, entry.name));
    return entry.isFile() ? [join(path, entry.name)] : [];
  });
}
