import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { CommandContext } from '../../cli/command.ts';
import { command } from '../../cli/commands/plan.ts';
import { parseCommandLine } from '../../cli/parse.ts';
import { UsageError } from '../../common/errors.ts';
import { planFile } from '../../contract/paths.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { Price } from '../../suites/price.ts';
import { temporaryFolder } from '../results/temporary.ts';

function capture(cwd: string) {
  const lines: string[] = [];
  const documents: unknown[] = [];
  const context: CommandContext = {
    stdout: (line) => lines.push(line),
    stderr: () => {},
    json: (value) => documents.push(value),
    cwd,
    environment: { XDG_CACHE_HOME: cwd, HOME: cwd },
    isTerminal: false,
    progress: new Writable({ write: (_chunk, _encoding, done) => done() }),
    signal: new AbortController().signal,
    killSignal: new AbortController().signal,
  };
  return { context, lines, documents };
}

/** The options of a command line without any. */
const { options: parsed } = parseCommandLine(command, []) as { readonly options: unknown };
const defaults = parsed as Parameters<typeof command.run>[2];

test('a plan lists cells, trials and steps, and says that nothing was measured', async (t) => {
  const { context, lines } = capture(temporaryFolder(t));
  assert.equal(await command.run(context, [], { ...defaults, json: false }), 0);
  const text = lines.join('\n');
  assert.match(text, /^default@proxy: Logit distillation/);
  assert.match(text, /Proxy: resnet20 to resnet8 on embedded pictures/);
  assert.match(text, /KD +kd +resnet32x4__resnet8x4 +top1 +3 +lskd-table2\n/);
  assert.match(text, /Trained here:\n {2}resnet32x4__resnet8x4: resnet20 -> resnet8\n/);
  assert.match(text, /7 trials:/);
  assert.match(text, /not measured yet on this machine/);
});

test('the table of cells fits a terminal of 100 columns, and reasons stand below it', async (t) => {
  const { context, lines } = capture(temporaryFolder(t));
  await command.run(context, ['fgd-table4@smoke'], { ...defaults, json: false });
  const cells = lines.slice(lines.indexOf('40 cells:') + 1, lines.indexOf('Trained here:') - 1);
  assert.equal(cells.length, 41);
  assert.deepEqual(
    cells.filter((line) => line.length > 100),
    [],
  );
  const from = lines.indexOf('No reference:') + 1;
  assert.deepEqual(
    lines.slice(from, lines.indexOf('', from)),
    ['AP50', 'AP75'].map(
      (metric) => `  4 cells: The table fgd-table4 prints no ${metric} in this row and column.`,
    ),
    'one line for all cells of a reason',
  );
});

test('without the data the plan says what is missing, and what it would take with them', async (t) => {
  const { context, lines } = capture(temporaryFolder(t));
  await command.run(context, ['default@paper'], { ...defaults, json: false });
  const text = lines.join('\n');
  assert.match(
    text,
    /Missing:\n {2}\d+ cells: the data set cifar100 is not here \(Run: redistill data fetch cifar100\)/,
  );
  assert.match(text, /Once data and weights are here: 31 trials, 5,630,400 training steps\./);
});

test('--json prints the plan itself, its price, and the seeds that were asked for', async (t) => {
  const { context, documents, lines } = capture(temporaryFolder(t));
  await command.run(context, ['default@smoke'], { ...defaults, seeds: [4], json: true });
  assert.equal(lines.length, 0);
  const [document] = documents as { schemaVersion: number; plan: Plan; price: Price }[];
  assert.equal(document?.schemaVersion, 1);
  assert.deepEqual([...new Set(document?.plan.trials.map(({ spec }) => spec.seed))], [0, 4]);
  assert.equal(document?.price.trials.length, 7);
});

test('a scale that is named twice, differently, is refused', async (t) => {
  const { context } = capture(temporaryFolder(t));
  await assert.rejects(
    command.run(context, ['default@smoke'], { ...defaults, scale: 'paper', json: false }),
    UsageError,
  );
});

test('a plan says which cells of the workspace it makes stale, and by what', async (t) => {
  const { context, lines, documents } = capture(temporaryFolder(t));
  const asked = { ...defaults, store: true, json: true };
  await command.run(context, ['default@smoke'], asked);
  const first = documents.pop() as { plan: Plan; stale: unknown };
  assert.deepEqual(first.stale, []);
  const changed = JSON.parse(JSON.stringify(first.plan)) as Plan;
  const kd = changed.cells.find(({ row }) => row === 'KD');
  for (const trial of changed.trials) {
    if (kd?.trials.includes(trial.id)) Object.assign(trial.spec.recipe.optimizer, { lr: 7 });
  }
  writeFileSync(planFile(context.cwd, changed.suite, 'smoke'), JSON.stringify(changed));
  await command.run(context, ['default@smoke'], { ...asked, json: false });
  const at = lines.findIndex((line) => line.startsWith('Stale since'));
  assert.match(lines[at] ?? '', /\(recipe\.optimizer\.lr 7 -> [\d.]+\):$/);
  assert.deepEqual(lines.slice(at + 1), [`  ${kd?.id}`]);
});
