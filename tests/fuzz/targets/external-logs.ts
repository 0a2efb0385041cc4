import * as fc from 'fast-check';
import type { ExternalLog } from '../../../contract/spec.ts';
import { readExternalLog } from '../../../runners/external/log.ts';
import { corpusTexts } from '../corpus.ts';
import { mutateText, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget } from '../target.ts';

const patterns: ExternalLog = {
  file: null,
  firstEpoch: 0,
  format: [
    {
      starts: 'Train',
      pattern: '^Train \\[(?<epoch>\\d+)\\] lr (?<lr>\\S+) loss (?<train_loss>\\S+)$',
    },
    { starts: 'Val', pattern: '^Val acc@1 (?<test_top1>\\S+) acc@5 (?<test_top5>\\S+)$' },
    { starts: 'Proto', pattern: '^Proto (?<test___proto__>\\S+) (?<train_constructor>\\S+)$' },
  ],
};
const official: ExternalLog = { file: null, firstEpoch: 1, format: 'mdistiller' };
const corpus = [
  'Namespace(lr=0.1)\nTrain [0] lr 0.1 loss 2.5\nVal acc@1 10.5 acc@5 40\nnoise\nTrain [1] lr 1e-2 loss 1.5\r\nVal acc@1 20 acc@5 60\nProto 1 2\n',
  'Train [99999999999999999999] lr nan loss inf\nVal acc@1 1e999 acc@5 -1\n',
  `${'-'.repeat(25)}\nepoch: 1\nlr: 0.05\ntrain_acc: 40.00\ntest_acc: 30.00\n${'-'.repeat(25)}\n`,
  ...corpusTexts('logs'),
];

interface Input {
  readonly official: boolean;
  readonly complete: boolean;
  readonly recipe: Recipe;
}

const textOf = ({ recipe }: Input) =>
  mutateText(corpus, recipe, [
    'Train [',
    '] lr ',
    ' loss ',
    'Val acc@1 ',
    'Proto ',
    'nan',
    '-inf',
    '\r\n',
    '1e999',
  ]);

export const target: FuzzTarget<Input> = {
  name: 'external-logs',
  short: 300,
  inputs: () => fc.record({ official: fc.boolean(), complete: fc.boolean(), recipe: recipes() }),
  show: (input) => Buffer.from(textOf(input)),
  run(input) {
    const { epochs, problems } = readExternalLog(
      textOf(input),
      input.official ? official : patterns,
      input.complete,
    );
    expect(
      epochs.every(({ epoch }, at) => at === 0 || epoch > (epochs[at - 1]?.epoch as number)),
      'epochs ascend',
    );
    for (const { epoch, test, train } of epochs) {
      expect(Number.isSafeInteger(epoch) && epoch >= 1, `epoch ${epoch}`);
      for (const values of [test, train]) {
        expect(Object.getPrototypeOf(values) === Object.prototype, 'names are names');
        expect(
          Object.values(values).every((value) => typeof value === 'number'),
          'values are numbers',
        );
      }
    }
    expect(
      problems.every((problem) => problem.length < 4000),
      'a problem is a sentence',
    );
  },
};
