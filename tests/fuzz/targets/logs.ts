import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { loadPublished } from '../../../reference/published/loader.ts';
import { readJournal } from '../../../results/journal-reader.ts';
import { readContent } from '../../../results/lines.ts';
import { networkNames } from '../../../runners/networks/registry.ts';
import { importLogs } from '../../../runners/official/import-logs.ts';
import { logProtocols } from '../../../suites/log-protocols.ts';
import { corpusTexts } from '../corpus.ts';
import { mutateBytes, mutateText, type Recipe, recipes } from '../mutate.ts';
import { checkSentence, expect, type FuzzTarget, readOrRefused } from '../target.ts';

const published = loadPublished();
const dashes = '-'.repeat(25);
const block = (epoch: number, top1: number) =>
  `${dashes}\nepoch: ${epoch}\nlr: 0.05\ntrain_acc: 40.00\ntrain_loss: 2.50\ntest_acc: ${top1}.00\ntest_acc_top5: 80.00\ntest_loss: 1.90\n${dashes}\n`;
const object = (epoch: number, top1: number) =>
  `{\n    "test_acc": ${top1},\n    "test_acc_top5": 80.1,\n    "best_acc": ${top1},\n    "epoch": ${epoch},\n    "temp": "2.5",\n    "decay_value": -0.5\n}`;
const corpus = [
  `${[1, 2, 3].map((epoch) => block(epoch, 30 + epoch)).join('')}best_acc\t33.00`,
  [1, 2, 1, 2].map((epoch) => block(epoch, 30 + epoch)).join(''),
  [1, 2, 3].map((epoch) => object(epoch, 30 + epoch)).join(''),
  ...corpusTexts('logs'),
];
const words = [
  `${dashes}\n`,
  'epoch: ',
  'best_acc\t',
  'test_acc: nan\n',
  '{',
  '}',
  '"epoch": ',
  '"temp": "',
  '\r',
  '\ufeff',
  '\u0000',
  ': ',
  ',\n',
  'Epoch [1][10/100]  loss: 2.5\n',
];
const known = [...networkNames()].sort();
const names = [
  'kd,resnet32x4,resnet8x4,2,9.txt',
  'dkd,vgg13,vgg8,2,15,2.0.txt',
  'r34_r18_kd_ours.txt',
  'worklog.txt',
  'kd,__proto__,constructor,2,9.txt',
  `kd,${'x'.repeat(180)},resnet8x4,2,9.txt`,
  'kd,resnet32x4,resnet8x4,1e999,-1.txt',
  'toString_r18_kd_ours.txt',
  'kd,,,,.txt',
];

interface Input {
  readonly name: string;
  readonly stated: boolean;
  readonly lenient: boolean;
  readonly asBytes: boolean;
  readonly recipe: Recipe;
}

function bytesOf({ asBytes, recipe }: Input): Uint8Array {
  const buffers = corpus.map((text) => Buffer.from(text));
  return asBytes
    ? mutateBytes(buffers, recipe, words)
    : Buffer.from(mutateText(corpus, recipe, words));
}

export const target: FuzzTarget<Input> = {
  name: 'logs',
  short: 80,
  inputs: () =>
    fc.record({
      name: fc.constantFrom(...names),
      stated: fc.boolean(),
      lenient: fc.boolean(),
      asBytes: fc.boolean(),
      recipe: recipes(),
    }),
  show: bytesOf,
  run: (input, world) => {
    const path = world.file(input.name, bytesOf(input));
    const stated = input.stated
      ? { method: 'kd', teacher: 'resnet32x4', student: 'resnet8x4', dataset: 'cifar100' }
      : {};
    return readOrRefused(
      input.name,
      () =>
        importLogs([path], {
          workspace: world.folder,
          stated,
          lenient: input.lenient,
          networks: known,
          protocols: (subject) => logProtocols(published, subject),
          now: '2026-01-02T03:15:00.000Z',
        }),
      ({ runs, notes, problems }) => {
        for (const { code, file, message } of [...notes, ...problems]) {
          // The file is a field of its own here; the sentence follows it.
          checkSentence(input.name, code, `${file}: ${message}`);
        }
        expect(problems.length <= 200, `${problems.length} problems of one file`);
        expect(
          input.lenient || problems.length === 0 || runs.length === 0,
          'nothing is taken of a log with problems',
        );
        expect(runs.length > 0 || problems.length > 0, 'a log is taken, or it is said why not');
        for (const { trial, run, best, last, epochs } of runs) {
          expect(
            [best, last].every((value) => value >= 0 && value <= 100),
            `best ${best}, last ${last}`,
          );
          expect(Number.isSafeInteger(epochs) && epochs > 0, `${epochs} epochs`);
          const journal = join(world.folder, 'runs', trial, run, 'journal.jsonl');
          const reading = readJournal(readContent(journal), 'journal.jsonl', { trial, run });
          expect(
            reading.problem === null,
            `what was imported is a journal: ${reading.problem?.message}`,
          );
        }
        if (existsSync(join(world.folder, 'runs'))) {
          world.expected('runs');
          const folders = readdirSync(join(world.folder, 'runs'));
          expect(
            folders.every((folder) => runs.some(({ trial }) => trial === folder)),
            'only runs are written',
          );
        }
      },
    );
  },
};
