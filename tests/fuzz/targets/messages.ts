import * as fc from 'fast-check';
import { progressLine } from '../../../cli/output/progress-lines.ts';
import { ProgressState } from '../../../cli/output/progress-state.ts';
import { parseWorkerMessage } from '../../../runners/executors/protocol.ts';
import { makePlan, makeSpec } from '../../results/builder.ts';
import { jsonText, mutateBytes, mutateJson, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget } from '../target.ts';

const plan = makePlan({ rows: [{ name: 'KD', method: 'kd', specs: [makeSpec()] }] });
const [trial] = plan.trials as [(typeof plan.trials)[number]];
const corpus: readonly object[] = [
  { type: 'progress', trial: trial.id, epoch: 1, epochs: 3, step: 4, steps: 10, loss: 2.5 },
  { type: 'epoch', trial: trial.id, epoch: 1, epochs: 3, headline: 41.5, loss: 2.5, seconds: 3 },
  { type: 'epoch', trial: trial.id, epoch: 2, epochs: 3, headline: null, loss: 2.5, seconds: 3 },
  { type: 'lost', trial: trial.id, epochs: 1, reasons: ['The checkpoint is damaged.'] },
  { type: 'end', trial: trial.id, state: 'completed', reason: 'done' },
  { type: 'end', trial: null, state: 'infrastructure', reason: 'no GPU', permanent: true },
];

interface Input {
  readonly asBytes: boolean;
  readonly recipe: Recipe;
}

const lineOf = ({ asBytes, recipe }: Input) =>
  asBytes
    ? mutateBytes(
        corpus.map((each) => Buffer.from(JSON.stringify(each))),
        recipe,
      ).toString('utf8')
    : jsonText(mutateJson(corpus, recipe));

/**
 * What a worker prints, and the displays that show it: a library that prints JSON must not end the
 * command.
 */
export const target: FuzzTarget<Input> = {
  name: 'messages',
  short: 400,
  inputs: () => fc.record({ asBytes: fc.boolean(), recipe: recipes() }),
  show: (input) => Buffer.from(lineOf(input)),
  run(input) {
    const message = parseWorkerMessage(lineOf(input));
    if (message === undefined) return;
    expect(
      message.trial === null || typeof message.trial === 'string',
      'a message names its trial',
    );
    if (message.type === 'end') {
      expect(
        typeof message.state === 'string' && typeof message.reason === 'string',
        'an end has its words',
      );
      return;
    }
    const state = new ProgressState(plan, () => 1);
    state.apply({ type: 'started', trial, doneEpochs: 0, students: 1 } as never);
    state.apply({ type: 'message', trial, message } as never);
    progressLine({ type: 'message', trial, message } as never, state);
    expect(Number.isFinite(state.doneSteps), `${state.doneSteps} steps are done`);
  },
};
