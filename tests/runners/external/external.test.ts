import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile, runFolder } from '../../../contract/paths.ts';
import { executeLocally } from '../../../runners/executors/local/execute.ts';
import { workerCommand } from '../../../runners/executors/worker-command.ts';
import { planByName } from '../../../suites/plan-by-name.ts';
import { fakeOptions } from '../executors/fixtures/fake.ts';

/* Real processes: our worker, and Python scripts of our own in a git checkout. */
const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
const python = execaSync('python3', ['--version'], { reject: false }).exitCode === 0;
const skip = python ? false : 'python3 is not here';

let folder: string;
let checkouts: string;
let commit: string;
let workspace: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redistill-external-'));
  checkouts = join(folder, 'checkouts');
  const code = join(checkouts, 'code');
  mkdirSync(code, { recursive: true });
  cpSync(fixtures, code, { recursive: true });
  const git = (...args: string[]) => execa('git', args, { cwd: code });
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=t', '-c', 'user.email=t@example.invalid', 'commit', '-qm', 'code');
  commit = (await git('rev-parse', 'HEAD')).stdout.trim();
});
beforeEach(() => {
  workspace = mkdtempSync(join(folder, 'workspace-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface SuiteChange {
  readonly command?: string;
  readonly log?: string;
  readonly more?: string;
  readonly rows?: string;
}

const words =
  '[python3, train.py, --student, "{student}", "--teacher={teacher}", --method, "{method}", --seed, "{seed}", --epochs, "{epochs}", --output, "{output}", "--words=$(touch x); `id`"]';
const printedLog =
  '{patterns: [{starts: Epoch, pattern: "^Epoch (?<epoch>\\\\d+): lr (?<lr>\\\\S+) loss (?<train_loss>\\\\S+) train (?<train_top1>\\\\S+) test (?<test_top1>\\\\S+)$"}]}';

function suite({
  command = words,
  log = printedLog,
  more = '',
  rows = '',
}: SuiteChange = {}): string {
  const file = join(workspace, 'outside.yaml');
  const text = `schemaVersion: 1
id: outside
title: Code that is not ours
task: classification
noReference: A test.
metrics: { top1: { margin: 0.5 } }
implementation: external
external:
  repository: https://example.invalid/someone/code.git
  commit: ${commit}
  command: ${command}
  log: ${log}
${more}columns: [{ id: resnet32x4__resnet8x4 }]
rows: [{ name: KD${rows} }]
scales:
  smoke:
    notComparable: A test.
    dataset: cifar100
    recipe: { name: embedded-smoke, overrides: { epochs: 3 } }
    seeds: [1, 2]
`;
  writeFileSync(file, text);
  return file;
}

async function run(change: SuiteChange = {}, retryEnded = false) {
  const { plan } = await planByName(suite(change), { scale: 'smoke' });
  const outcomes = await executeLocally(plan, {
    ...fakeOptions(workspace),
    command: workerCommand(1, 'cpu'),
    externalFolder: checkouts,
    retries: 0,
    retryEnded,
  });
  const journals = outcomes.map(({ trial, run: name }) => {
    const place = runFolder(workspace, trial, name as string);
    return { place, lines: readJournal(journalFile(place)).lines };
  });
  return { plan, outcomes, journals };
}

test('a training by a script of its own is journalled as one of implementation external', {
  skip,
}, async () => {
  const { plan, outcomes, journals } = await run();
  assert.deepEqual(
    outcomes.map(({ state, reason }) => [state, reason]),
    [
      ['completed', ''],
      ['completed', ''],
    ],
  );
  const [first, second] = journals;
  assert.ok(first !== undefined && second !== undefined);
  const header = first.lines.find((line) => line.type === 'header');
  assert.equal(header?.spec.implementation, 'external');
  assert.equal(header?.spec.external?.commit, commit);
  assert.deepEqual(header?.spec.teacher, { kind: 'unrecorded', model: 'resnet32x4' });
  assert.equal(header?.environment.tensorflow, 'not recorded');
  const epochs = (lines: typeof first.lines) => lines.filter((line) => line.type === 'epoch');
  assert.deepEqual(
    epochs(first.lines).map(({ epoch, lr }) => [epoch, lr]),
    [
      [1, 0.5],
      [2, 0.5],
      [3, 0.5],
    ],
  );
  // The last epoch of a training that learnt something, and the seed that made a difference.
  const top1 = (lines: typeof first.lines) =>
    epochs(lines)
      .at(-1)
      ?.metrics.find(({ name, split }) => name === 'top1' && split === 'test')?.value;
  assert.ok((top1(first.lines) as number) > 50);
  assert.equal(outcomes[0]?.headline, top1(first.lines));
  assert.notDeepEqual(epochs(first.lines)[0]?.losses, epochs(second.lines)[0]?.losses);
  const seen = JSON.parse(readFileSync(join(first.place, 'output/seen.json'), 'utf8'));
  assert.deepEqual(seen.argv.slice(0, 5), [
    '--student',
    'resnet8x4',
    '--teacher=resnet32x4',
    '--method',
    'kd',
  ]);
  assert.equal(seen.argv.at(-1), '--words=$(touch x); `id`');
  assert.deepEqual(
    Object.keys(seen.environment).filter((name) => /NODE|TF_|LD_|npm/.test(name)),
    [],
  );
  assert.equal(plan.trials.length, 2);
  const again = await run();
  assert.ok(again.outcomes.every(({ reused }) => reused));
});

test('logs of the mdistiller family are read from the file that the command writes', {
  skip,
}, async () => {
  const { outcomes, journals } = await run({
    log: '{file: "{output}/worklog.txt", format: mdistiller}',
  });
  assert.ok(outcomes.every(({ state }) => state === 'completed'));
  const epoch = journals[0]?.lines.findLast((line) => line.type === 'epoch');
  assert.deepEqual(
    epoch?.metrics.map(({ name, split }) => `${split} ${name}`),
    ['test top1', 'test top5', 'test loss', 'train top1'],
  );
});

for (const [trouble, state, reason] of [
  ['crashes', 'failed', /python3 ended with exit code 1: .*CUDA error: our own/],
  ['garbles', 'failed', /external\.log, line 3: test_top1 is "oops", not a number/],
  ['stops', 'failed', /its log has 2 of 3 epochs/],
  ['diverges', 'diverged', /the loss became NaN in epoch 1/],
  ['hangs', 'timed-out', /longer than the 0\.01 minutes/],
] as const) {
  test(`a script that ${trouble} makes a trial that ${state}`, { skip }, async () => {
    const { outcomes } = await run({
      command: words.replace(']', `, --trouble=${trouble}]`),
      more: trouble === 'hangs' ? '  timeoutMinutes: 0.01\n' : '',
    });
    for (const outcome of outcomes) {
      assert.equal(outcome.state, state, outcome.reason);
      assert.match(outcome.reason, reason);
    }
  });
}

test('a checkout that differs from its commit is refused, or recorded', { skip }, async () => {
  const file = join(checkouts, 'code/train.py');
  const text = readFileSync(file, 'utf8');
  appendFileSync(file, '\n# changed\n');
  try {
    const { outcomes } = await run();
    assert.equal(outcomes[0]?.state, 'failed');
    assert.match(outcomes[0]?.reason ?? '', /EXTERNAL_DIRTY: .*differs from its commit: train\.py/);
    const recorded = await run({ more: '  dirty: record\n' });
    assert.equal(recorded.outcomes[0]?.state, 'completed');
    const event = recorded.journals[0]?.lines.find((line) => line.type === 'event');
    assert.match(event?.message ?? '', /with changes in 1 files/);
  } finally {
    writeFileSync(file, text);
  }
});

test('another commit, or none, is refused', { skip }, async () => {
  const right = commit;
  commit = 'a'.repeat(40);
  try {
    const { outcomes } = await run();
    assert.match(outcomes[0]?.reason ?? '', /EXTERNAL_COMMIT: .*not at aaaaaaaaaaaa/);
  } finally {
    commit = right;
  }
  const { plan } = await planByName(suite(), { scale: 'smoke', externalMissing: 'not allowed' });
  assert.deepEqual([plan.trials.length, plan.cells[0]?.notRun], [0, 'not allowed']);
});

test('mistakes of a suite are named with their field', async () => {
  const cases: [SuiteChange, RegExp][] = [
    [
      { command: '[python3, "{sed}"]' },
      /:11: external\.command\[1\]: there is no placeholder \{sed\}/,
    ],
    [{ command: '["{student}"]' }, /external\.command\[0\]: the program itself/],
    [
      { log: '{patterns: [{starts: x, pattern: "(?<epoch>"}]}' },
      /external\.log\.patterns\[0\]\.pattern: Invalid regular expression/,
    ],
    [
      { log: '{patterns: [{starts: x, pattern: "(?<epoch>x)(?<acc>y)"}]}' },
      /the group "acc" means nothing/,
    ],
    [
      { log: '{patterns: [{starts: x, pattern: "(?<epoch>x)"}]}' },
      /nothing in the log is the metric "top1"/,
    ],
    [{ log: '{}' }, /external\.log: needs either "format" or "patterns"/],
    [{ log: '{file: /etc/passwd, format: mdistiller}' }, /external\.log\.file/],
    [{ more: '  rows: {DKD: [x]}\n' }, /external\.rows\.DKD: the suite has no row "DKD"/],
    [{ command: '[python3, "{hyper.beta}"]' }, /external\.command: .*\{hyper\.beta\}/],
  ];
  for (const [change, message] of cases) {
    await assert.rejects(planByName(suite(change), { scale: 'smoke' }), { message, exitCode: 2 });
  }
});

const torch =
  python && execaSync('python3', ['-c', 'import torch'], { reject: false }).exitCode === 0;
test('a PyTorch script', { skip: torch ? false : 'PyTorch is not here' }, async () => {
  const { outcomes } = await run({
    command: '[python3, torch-train.py, "{seed}", "{epochs}"]',
    log: '{firstEpoch: 0, patterns: [{starts: "[", pattern: "^.(?<epoch>\\\\d+). loss=(?<train_loss>\\\\S+) acc=(?<test_top1>\\\\S+)$"}]}',
  });
  assert.ok(
    outcomes.every(({ state }) => state === 'completed'),
    JSON.stringify(outcomes),
  );
});
