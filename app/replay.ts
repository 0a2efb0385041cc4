import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { UsageError } from '../common/errors.ts';
import { makeTemporaryFolder } from '../common/files.ts';
import type { LineOf } from '../contract/journal-types.ts';
import type { OwnFileRecord } from '../contract/own-kinds.ts';
import type { Replay } from '../runners/executors/replay.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { type OwnOptions, useOwn } from './own/use.ts';
import { folderOf } from './run/options.ts';

/** Relative difference of losses that a GPU is allowed: its sums have no fixed order. */
export const gpuTolerance = 1e-3;

export interface ReplayOptions extends WorkspaceOption, OwnOptions {
  /** The run, or as much of its name as is unique. */
  readonly run: string;
  /** Training steps to repeat; default: 20. */
  readonly steps?: number | undefined;
  /** Relative difference of a loss that counts as equal; default: 0 on a CPU, 1e-3 on a GPU. */
  readonly tolerance?: number | undefined;
  /** Run steps operation by operation; default: false. */
  readonly eager?: boolean | undefined;
  /** Folder with downloaded data sets; default: `$REDISTILL_DATA`. */
  readonly data?: string | undefined;
}

/** The effects of `replay`. */
export interface ReplayEffects extends Effects {
  onStep(step: number, steps: number): void;
}

/** Whether the conditions are those of the recorded run. */
export interface ReplayConditions {
  readonly sameNumerics: boolean;
  readonly numericsChanges: readonly string[];
  readonly sameProcessor: boolean;
}

export interface ReplayResult {
  readonly replay: Replay;
  readonly conditions: ReplayConditions;
}

/**
 * Trains the first steps of a run again, in a temporary folder, and compares the loss bits.
 *
 * @throws UsageError `REPLAY_RUN` where no run or several begin so; DataError for a damaged journal
 */
export async function replay(
  options: ReplayOptions,
  effects: Partial<ReplayEffects> = {},
): Promise<ReplayResult> {
  const [
    executor,
    { presentNumerics },
    { changesSince },
    { workerCommand },
    { defaultLimits },
    { ownFilesOf },
  ] = await Promise.all([
    import('../runners/executors/replay.ts'),
    import('./run/numerics.ts'),
    import('../runners/training/fingerprint/record-store.ts'),
    import('../runners/executors/worker-command.ts'),
    import('../runners/executors/limits.ts'),
    import('../runners/training/own/load.ts'),
  ]);
  const all = completeEffects(effects);
  const { steps = 20, eager = false, tolerance } = options;
  const workspace = workspaceOf(options, all);
  await useOwn(options, all);
  const recording = executor.readRecording(workspace, await uniqueRun(workspace, options.run));
  refuseUnknownKinds(recording.header, ownFilesOf(recording.header.spec));
  const { environment, fingerprint: then } = recording.header;
  const { device, threads, parts } = recording;
  const mode = eager ? 'eager' : 'recorded';
  const trials = [recording.header];
  const numerics = await presentNumerics(trials, {
    ...{ threads, device, mode },
    ...(device === 'gpu' && { gpu: executor.gpuOf(recording) }),
    ...(parts !== undefined && { division: { samplesPerGpu: parts.size, gpus: parts.gpus } }),
  });
  const { fingerprint, record } = numerics.of(recording.header.spec);
  const scratch = makeTemporaryFolder('redistill-replay-');
  try {
    const repeated = await executor.replayRun({
      workspace,
      scratch,
      recording,
      steps,
      dataFolder: folderOf(options.data, all) ?? null,
      mode,
      ownFiles: ownFilesOf(recording.header.spec),
      fingerprint,
      tolerance: tolerance ?? (device === 'gpu' ? gpuTolerance : 0),
      command: workerCommand(threads.intra, device),
      limits: defaultLimits,
      environment: all.environment,
      signal: all.signal,
      killSignal: all.killSignal,
      onStep: (step) => effects.onStep?.(step, steps),
    });
    const conditions = {
      sameNumerics: fingerprint === then,
      numericsChanges: fingerprint === then ? [] : changesSince(workspace, then, record),
      sameProcessor: environment.hardware.cpu === (cpus()[0]?.model.trim() ?? 'unknown'),
    };
    return { replay: repeated, conditions };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function uniqueRun(workspace: string, beginning: string): Promise<string> {
  const { findJournals } = await import('../results/workspace.ts');
  const runs = findJournals(workspace).map(({ run }) => run);
  const found = runs.filter((run) => run.startsWith(beginning));
  if (found.length === 1) return found[0] as string;
  const hint = 'The report and "redistill status --json" name the runs.';
  throw found.length === 0
    ? new UsageError('REPLAY_RUN', `No run in ${workspace} begins with "${beginning}".`, { hint })
    : new UsageError(
        'REPLAY_RUN',
        `"${beginning}" is the beginning of ${found.length} runs: ${found.slice(0, 4).join(', ')}.`,
      );
}

/** A run of a user's kinds can be repeated only with the files that bring them. */
function refuseUnknownKinds(
  { run, ownKinds = [] }: LineOf<'header'>,
  known: readonly OwnFileRecord[],
): void {
  const here = new Set(known.flatMap(({ kinds }) => kinds));
  for (const { file, kinds, commit } of ownKinds) {
    const missing = kinds.find((kind) => !here.has(kind));
    if (missing === undefined) continue;
    const at = commit === null ? '' : ` (commit ${commit.slice(0, 12)})`;
    throw new UsageError(
      'REPLAY_KINDS',
      `The run ${run} has the ${missing} of ${file}${at}, a file of a user that is not loaded.`,
      { hint: 'Name it with --plugin, or call replay where its redistill.config.yaml lies.' },
    );
  }
}
