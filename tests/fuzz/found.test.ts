/* What fuzzing found, one test each; the inputs are as small as they can be. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { UsageError } from '../../common/errors.ts';
import { journalFile, plansFolder, runFolder } from '../../contract/paths.ts';
import { planStatus, readPlans } from '../../contract/status.ts';
import { readAcceptances } from '../../results/acceptances.ts';
import { readCifar } from '../../runners/data/cifar.ts';
import { listZip } from '../../runners/data/dense/zip.ts';
import { parseWorkerMessage } from '../../runners/executors/protocol.ts';
import { readExternalLog } from '../../runners/external/log.ts';
import { readLog } from '../../runners/official/log-reader.ts';
import { parseSuite } from '../../suites/load.ts';
import { makeJournal, makePlan, makeSpec, writePlan } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { binaryMembers, noise } from '../runners/data/cifar-files.ts';
import { zipOf } from '../runners/data/dense/trees.ts';

test('a suite that is nested more deeply than the parser reaches is told so in words', () => {
  for (const nested of ['['.repeat(20_000), '- '.repeat(20_000), '{a: '.repeat(20_000)]) {
    assert.throws(() => parseSuite('deep.yaml', nested), {
      code: 'SUITE_SYNTAX',
      message: /^(?!.*call stack).*deep\.yaml/s,
    });
  }
});

test('a mistake of syntax quotes no long word whole', () => {
  assert.throws(
    () => parseSuite('word.yaml', `- a\n}${'x'.repeat(50_000)}: 1\n`),
    ({ code, message }: UsageError) =>
      code === 'SUITE_SYNTAX' && message.startsWith('word.yaml:') && message.length < 1000,
  );
});

test('a zip file whose 64-bit directory lies beyond every file is truncated', (t) => {
  const path = join(temporaryFolder(t), 'set.zip');
  const bytes = zipOf({ 'a.png': Buffer.from('a') }, true);
  for (const at of [2n ** 53n, 2n ** 56n, 2n ** 64n - 1n, BigInt(bytes.length - 55)]) {
    bytes.writeBigUInt64LE(at, bytes.length - 22 - 20 + 8);
    writeFileSync(path, bytes);
    assert.throws(() => listZip(path), { code: 'DATA_ARCHIVE', message: /set\.zip/ });
  }
});

test('a class that stands twice, and more classes than any set has, are no CIFAR', () => {
  const picture = { label: 0, pixels: noise(1) };
  const files = (classes: readonly string[]) =>
    Object.entries(binaryMembers({ classes, train: [picture], test: [picture] })).map(
      ([path, bytes]) => ({ path, bytes }),
    );
  assert.deepEqual(readCifar('a.tar.gz', files(['cat', 'dog'])).classes, ['cat', 'dog']);
  assert.throws(() => readCifar('a.tar.gz', files(['cat', 'dog', 'cat'])), {
    code: 'DATA_CIFAR',
    message: /fine_label_names\.txt with the class "cat" twice/,
  });
  const many = Array.from({ length: 10_001 }, (_, index) => `c${index}`);
  assert.throws(() => readCifar('a.tar.gz', files(many)), { message: /has 10001 classes/ });
});

test('a line of a log may hold what ends lines elsewhere, and a problem quotes no long line whole', () => {
  for (const separator of ['\r', '\u2028', '\u2029', '\u0085']) {
    const { problems } = readLog(`${'-'.repeat(25)}\nepoch: 1${separator}lr: 0.05\n`);
    assert.ok(problems.length > 0);
  }
  const { problems } = readLog(`${'x'.repeat(100_000)}\n`);
  assert.ok((problems[0]?.message.length ?? 0) < 500);
});

test('an epoch that no journal can count is no epoch', () => {
  const { problems } = readLog(`${'-'.repeat(25)}\nepoch: ${2 ** 31}\n`);
  assert.match(problems[0]?.message ?? '', /epoch is "2147483648"/);
});

test('a line of nothing but dashes and one more letter takes no time', () => {
  const began = process.cpuUsage();
  readLog(`${'-'.repeat(1_000_000)}x\n`);
  assert.ok(process.cpuUsage(began).user < 2e6);
});

test('a problem of an external log quotes no long value whole', () => {
  const pattern = '^Val (?<epoch>\\d+) (?<test_top1>\\S+)$';
  const log = { file: null, firstEpoch: 1 as const, format: [{ starts: 'Val', pattern }] };
  for (const line of [`Val 1 ${'x'.repeat(3000)}\n`, `Val ${'9'.repeat(3000)} 1\n`]) {
    const { problems } = readExternalLog(line, log, true);
    assert.equal(problems.length, 1);
    assert.ok((problems[0]?.length ?? 0) < 200, problems[0]);
  }
});

test('what a library prints is no message of a worker, however much it looks like one', () => {
  const epoch = {
    type: 'epoch',
    trial: 't',
    epoch: 1,
    epochs: 3,
    headline: 41.5,
    loss: 2.5,
    seconds: 3,
  };
  assert.deepEqual(parseWorkerMessage(JSON.stringify(epoch)), epoch);
  const end = { type: 'end', trial: null, state: 'failed', reason: 'x', permanent: true };
  assert.deepEqual(parseWorkerMessage(JSON.stringify(end)), end);
  const wrong: readonly object[] = [
    { type: 'epoch' },
    { type: 'end' },
    { type: 'toString' },
    { type: '__proto__' },
    { type: 'lost', trial: 't', epochs: 1, reasons: 1 },
    { ...epoch, loss: null },
    { ...epoch, trial: 1 },
    { ...epoch, headline: '41' },
    { ...epoch, epoch: 1e300 },
    { ...epoch, epoch: -1 },
    { ...epoch, epochs: 0 },
    { ...end, state: 'fine' },
    { ...end, permanent: 'yes' },
  ];
  for (const message of wrong) {
    assert.equal(parseWorkerMessage(JSON.stringify(message)), undefined, JSON.stringify(message));
  }
});

const plan = makePlan({ rows: [{ name: 'KD', method: 'kd', specs: [makeSpec()] }] });

/** An object in an object, so many times. */
function nested(levels: number): object {
  let value: object = {};
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}

test('an acceptance whose time no database holds is a problem that quotes it short', (t) => {
  const path = join(temporaryFolder(t), 'acceptances.jsonl');
  const acceptance = {
    schemaVersion: 1,
    suite: 's',
    scale: 'smoke',
    cell: 'c',
    author: 'a',
    reason: 'r',
  };
  const problemWith = (time: string) => {
    writeFileSync(path, `${JSON.stringify({ ...acceptance, time })}\n`);
    const reading = readAcceptances(path);
    return 'problem' in reading ? reading.problem.message : null;
  };
  assert.equal(problemWith('2026-01-02T03:00:00.000Z'), null);
  for (const time of ['+275760-09-13T00:00:00.000Z', '1 January', '2026-01-'.repeat(5000)]) {
    const problem = problemWith(time);
    assert.match(problem ?? '', /^acceptances\.jsonl:1: time is /);
    assert.ok((problem?.length ?? 0) < 200);
  }
});

test('a name as long as the file that nothing is called is quoted short', () => {
  const text = `schemaVersion: 1\nid: long\ntitle: t\ntask: classification\nnoReference: x\nmetrics: {top1: {margin: 1}}\ncolumns: [{id: pair, teacher: resnet20, student: resnet8}]\nrows: [{name: KD, method: kd}]\nexclude: [{row: ${'x'.repeat(50_000)}, column: pair}]\nscales: {smoke: {dataset: embedded, recipe: quick, seeds: [1], notComparable: small}}\n`;
  assert.throws(
    () => parseSuite('long.yaml', text),
    ({ code, message }: UsageError) =>
      code === 'SUITE_UNKNOWN_NAME' && message.startsWith('long.yaml:9: ') && message.length < 2200,
  );
});

test('a plan that is none is refused by name, and its trials lead into no other folder', (t) => {
  const workspace = temporaryFolder(t);
  const [trial] = plan.trials;
  const wrong: readonly unknown[] = [
    null,
    [],
    {},
    { ...plan, trials: undefined },
    { ...plan, trials: [null] },
    { ...plan, trials: [{ ...trial, id: '../../elsewhere' }] },
    { ...plan, trials: [{ ...trial, spec: { ...trial?.spec, hyper: nested(3000) } }] },
    { ...plan, trials: [{ ...trial, after: 1 }] },
    { ...plan, trials: [{ ...trial, spec: { ...trial?.spec, recipe: null } }] },
    { ...plan, trials: [{ ...trial, spec: { ...trial?.spec, seed: 7 } }] },
  ];
  mkdirSync(plansFolder(workspace), { recursive: true });
  for (const value of wrong) {
    writeFileSync(join(plansFolder(workspace), 'quick@proxy.json'), JSON.stringify(value));
    assert.throws(() => readPlans(workspace), {
      code: 'PLAN_UNREADABLE',
      message: /quick@proxy\.json is not a plan: /,
    });
  }
});

test('status shows no numbers of a journal whose lines have other types than journals have', (t) => {
  const workspace = temporaryFolder(t);
  writePlan(workspace, plan);
  const lines = makeJournal({ spec: makeSpec(), accuracies: [10, 20] });
  const [header] = lines;
  assert.ok(header?.type === 'header');
  const folder = runFolder(workspace, header.trial, header.run);
  mkdirSync(folder, { recursive: true });
  const state = () => planStatus(workspace, plan, 0).trials[0];
  const write = (changed: readonly unknown[]) =>
    writeFileSync(journalFile(folder), changed.map((line) => `${JSON.stringify(line)}\n`).join(''));
  write(lines);
  assert.equal(state()?.state, 'completed');
  const differences: readonly object[] = [
    { metrics: null },
    { metrics: [null] },
    { metrics: [{ task: 'classification', name: 'top1', split: 'test', value: '30' }] },
    { epoch: 'x' },
    { epoch: -1 },
    { time: 'yesterday' },
  ];
  for (const difference of differences) {
    write(lines.map((line) => (line.type === 'epoch' ? { ...line, ...difference } : line)));
    assert.equal(state()?.state, 'unreadable', JSON.stringify(difference));
    assert.match(state()?.reason ?? '', /journal\.jsonl, line 3: /);
  }
});
