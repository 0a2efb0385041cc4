import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { exitCodes, UsageError } from '../../common/errors.ts';
import { makeTemporaryFolder } from '../../common/files.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { findJournals } from '../../results/workspace.ts';
import { defaultLimits } from '../../runners/executors/executor.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { replayLines } from '../output/replay.ts';

/** Relative difference of losses that a GPU is allowed: its sums have no fixed order. */
const gpuTolerance = 1e-3;

export const command = defineCommand({
  name: 'replay',
  summary: 'train the first steps of a run again and compare the loss bits',
  description:
    'Repeats a run with its seed, threads and teacher in a temporary folder. Compared are the losses of its first 64 steps ' +
    'one by one, and the chain of all loss bits at the end of every epoch within the steps. On a CPU bits must be equal; on ' +
    'a GPU losses within a tolerance. Exit code 1 when they differ.',
  arguments: [
    { name: 'run', required: true, summary: 'the run, or as much of its name as is unique' },
  ],
  options: {
    steps: { kind: 'integer', minimum: 1, default: 20, summary: 'training steps to repeat' },
    tolerance: {
      kind: 'number',
      minimum: 0,
      summary: `relative difference of a loss that counts as equal (default: 0 on a CPU, ${gpuTolerance} on a GPU)`,
    },
    eager: { kind: 'flag', summary: 'run steps op by op instead of as one graph' },
    workspace: sharedOptions.workspace,
    data: sharedOptions.data,
    json: sharedOptions.json,
  },
  examples: [{ command: 'redistill replay 3f2a --steps 100', meaning: 'the first hundred steps' }],
  async run(context, [name], { steps, tolerance, eager, workspace: folder, data, json }) {
    const [{ readRecording, replayRun }, { presentNumerics }, { changesSince }, { workerCommand }] =
      await Promise.all([
        import('../../runners/executors/replay.ts'),
        import('../../app/run/numerics.ts'),
        import('../../runners/training/fingerprint/record-store.ts'),
        import('../../app/run/worker-command.ts'),
      ]);
    const workspace = resolve(context.cwd, folder ?? '.');
    const recording = readRecording(workspace, uniqueRun(workspace, name as string));
    const { environment, fingerprint: then } = recording.header;
    const { device, threads } = recording;
    const mode = eager ? 'eager' : 'recorded';
    const trials = [recording.header];
    const { fingerprint, record } = await presentNumerics(trials, { threads, device, mode });
    const scratch = makeTemporaryFolder('redistill-replay-');
    try {
      const replay = await replayRun({
        workspace,
        scratch,
        recording,
        steps,
        dataFolder: data === undefined ? null : resolve(context.cwd, data),
        mode,
        fingerprint,
        tolerance: tolerance ?? (device === 'gpu' ? gpuTolerance : 0),
        command: workerCommand(threads.intra, device),
        limits: defaultLimits,
        environment: context.environment,
        signal: context.signal,
        killSignal: context.killSignal,
        onStep: (step) => {
          if (context.isTerminal) context.stderr(`step ${step} of ${steps}`);
        },
      });
      const conditions = {
        sameNumerics: fingerprint === then,
        numericsChanges: fingerprint === then ? [] : changesSince(workspace, then, record),
        sameProcessor: environment.hardware.cpu === (cpus()[0]?.model.trim() ?? 'unknown'),
      };
      if (json) context.json({ schemaVersion, ...replay, ...conditions });
      else for (const line of replayLines(replay, conditions)) context.stdout(line);
      return replay.equal ? exitCodes.fine : exitCodes.failed;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
});

function uniqueRun(workspace: string, beginning: string): string {
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
