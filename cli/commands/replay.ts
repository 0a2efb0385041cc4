import { gpuTolerance, replay } from '../../app/replay.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { replayLines } from '../output/replay.ts';

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
    plugin: sharedOptions.plugin,
    config: sharedOptions.config,
    workspace: sharedOptions.workspace,
    data: sharedOptions.data,
    json: sharedOptions.json,
  },
  examples: [{ command: 'redistill replay 3f2a --steps 100', meaning: 'the first hundred steps' }],
  async run(context, [run = ''], { json, ...options }) {
    const { replay: repeated, conditions } = await replay(
      { ...options, run },
      {
        ...effectsOf(context),
        onStep: (step, steps) => {
          if (context.isTerminal) context.stderr(`step ${step} of ${steps}`);
        },
      },
    );
    if (json) context.json({ schemaVersion, ...repeated, ...conditions });
    else for (const line of replayLines(repeated, conditions)) context.stdout(line);
    return repeated.equal ? exitCodes.fine : exitCodes.failed;
  },
});
