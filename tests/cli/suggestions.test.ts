import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../../cli/main.ts';
import { fakeContext } from './fake-context.ts';

/** What users mistype, and what each message must propose. */
const typos: readonly (readonly [words: readonly string[], meant: string])[] = [
  [['plann'], 'plan'],
  [['plan', 'defualt'], 'default'],
  [['plan', 'default@prox'], 'proxy'],
  [['plan', 'lskd-tabel2'], 'lskd-table2'],
  [['plan', 'default', '--scale', 'papper'], 'paper'],
  [['list', 'metods'], 'methods'],
  [['list', 'methods', 'lksd'], 'lskd'],
  [['list', 'networks', 'resnet-20'], 'resnet20'],
  [['list', 'datasets', 'cifar-100'], 'cifar100'],
  [['list', 'recipes', 'cifar240'], 'cifar-240'],
  [['list', 'executors', 'slrm'], 'slurm'],
  [['data', 'fetch', 'cifar-100'], 'cifar100'],
  [['data', 'fetch', 'mdistiller-cifar10'], 'mdistiller-cifar100'],
  [['data', 'fetch', 'torchvision/resnet-50'], 'torchvision/resnet50'],
  [['data', 'fetch', 'mdistiller-cifar100/resnet32x5'], 'resnet32x4'],
  [['new', 'sutie', 'mine'], 'suite'],
  [['bench', '--suite', 'stp'], 'step'],
  [['bench', '--suite', 'step', '--only', 'resnet-20'], 'resnet20'],
];

for (const [words, meant] of typos) {
  test(`redistill ${words.join(' ')} proposes ${meant}`, async () => {
    const context = fakeContext();
    assert.equal(await main(words, context), 2);
    const said = context.err.join('\n');
    assert.ok(said.includes(`Did you mean "${meant}"?`), said);
  });
}

test('what is known is listed once, in the sentence or in its hint', async () => {
  for (const [words, name] of [
    [['published', 'lint', '--rule', 'zzzzzzzz'], 'gain-sum'],
    [['list', 'zzzzzzzz'], 'recipes'],
    [['data', 'fetch', 'mdistiller-cifar100/zzzzzzzz'], 'resnet56'],
  ] as const) {
    const context = fakeContext();
    assert.equal(await main(words, context), 2);
    const said = context.err.join('\n');
    assert.equal(said.split(name).length - 1, 1, said);
  }
});

test('no message lists a name twice, or one that joins several data sets', async () => {
  for (const words of [
    ['list', 'datasets', 'zzzzzzzz'],
    ['list', 'methods', 'zzzzzzzz'],
    ['list', 'networks', 'zzzzzzzz'],
    ['list', 'recipes', 'zzzzzzzz'],
  ]) {
    const context = fakeContext();
    assert.equal(await main(words, context), 2);
    const [sentence = ''] = context.err;
    const names = /Known: (.*?)( and \d+ more)?\.$/.exec(sentence)?.[1]?.split(', ') ?? [];
    assert.ok(names.length > 2, sentence);
    assert.equal(new Set(names).size, names.length, sentence);
    if (words[1] === 'datasets')
      assert.ok(
        names.every((name) => !name.includes('+')),
        sentence,
      );
  }
});
