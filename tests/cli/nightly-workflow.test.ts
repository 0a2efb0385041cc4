/*
 * The steps of .github/workflows/nightly.yml as a runner takes them, on a history that has become
 * worse. Tonight's trainings are real (two steps each); the nights before are tonight's, moved back
 * in time, with a better number until the night before the last.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { rotatingSeeds } from '../../app/nightly/night-seeds.ts';
import type { JournalLine } from '../../contract/journal-types.ts';
import { runIdOf } from '../../contract/paths.ts';
import { type TrialSpec, trialId } from '../../contract/spec.ts';
import { type Execution, executionName, writeExecution } from '../../results/executions.ts';
import { writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dayMs = 86_400_000;

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
}

/** The steps of the workflow that run commands. */
function steps(): readonly (Step & { readonly run: string })[] {
  const text = readFileSync(join(root, '.github/workflows/nightly.yml'), 'utf8');
  const workflow = parse(text) as { jobs: { night: { steps: readonly Step[] } } };
  return workflow.jobs.night.steps.flatMap((step) =>
    step.run === undefined ? [] : [{ ...step, run: step.run }],
  );
}

interface Ran {
  readonly name: string;
  readonly status: number | null;
  readonly output: string;
}

/** A runner's checkout: the files of this one, in a folder of its own. */
function checkout(t: TestContext): string {
  const folder = temporaryFolder(t);
  for (const name of readdirSync(root)) {
    if (name !== '.git') symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
}

/**
 * Takes the steps as GitHub's runner does: each in `bash -eo pipefail`, `GITHUB_ENV` read between
 * them, and after a failure only those that say `if: always()`.
 */
function takeSteps(folder: string, variables: Readonly<Record<string, string>>) {
  const files = { env: join(folder, 'github-env'), summary: join(folder, 'github-summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const ran: Ran[] = [];
  for (const { name = '', run, if: when } of steps()) {
    if (ran.some(({ status }) => status !== 0) && when !== 'always()') continue;
    const given = readFileSync(files.env, 'utf8').split('\n').filter(Boolean);
    const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', run], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...variables,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_ENV: files.env,
        GITHUB_STEP_SUMMARY: files.summary,
        ...Object.fromEntries(given.map((line) => line.split(/=(.*)/s).slice(0, 2))),
      },
    });
    ran.push({ name, status, output: `${stdout}${stderr}` });
  }
  return { ran, summary: readFileSync(files.summary, 'utf8') };
}

const suite = `schemaVersion: 1
id: mine
title: A study of two steps
task: classification
noReference: A test.
metrics: { top1: { margin: 0.5 } }
columns: [{ id: small, student: resnet8 }]
rows: [{ name: Student, method: none }]
scales:
  smoke:
    notComparable: A test.
    dataset: embedded-small
    recipe: embedded-steps
    seeds: [1]
`;

function recordsOf(workspace: string, folder: string): string[] {
  return readdirSync(join(workspace, 'runs', folder), { recursive: true, encoding: 'utf8' }).map(
    (name) => join(workspace, 'runs', folder, name),
  );
}

/** Tonight's journals, line by line. */
function journalsOf(workspace: string): JournalLine[][] {
  return recordsOf(workspace, '.')
    .filter((file) => file.endsWith('journal.jsonl'))
    .sort()
    .map((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as JournalLine),
    );
}

/** Tonight as it would have been `days` days ago, with top-1 higher by `better`. */
function plantNight(workspace: string, tonight: Execution, days: number, better: number): void {
  const moved = (time: string) => new Date(Date.parse(time) - days * dayMs).toISOString();
  const startedAt = moved(tonight.startedAt);
  const before = rotatingSeeds(tonight.startedAt, 2);
  const after = rotatingSeeds(startedAt, 2);
  const renamed = new Map<string, string>();
  const runs = new Map<string, string>();
  for (const lines of journalsOf(workspace)) {
    const header = lines[0];
    if (header?.type !== 'header' || header.attempt > 1) continue;
    const place = before.indexOf(header.spec.seed);
    if (place < 0 && header.spec.seed !== 1) continue;
    const spec: TrialSpec = { ...header.spec, seed: after[place] ?? header.spec.seed };
    const trial = trialId(spec);
    const attempt = 1 + days;
    const run = runIdOf(trial, header.fingerprint, attempt);
    renamed.set(header.trial, trial);
    runs.set(trial, run);
    writeJournal(
      workspace,
      lines.map((line) => {
        const time = moved(line.time);
        if (line.type === 'header') return { ...line, time, spec, trial, run, attempt };
        if (line.type !== 'epoch') return { ...line, time };
        // A little noise, as seeds have it.
        const noise = ((days * 7 + spec.seed * 3) % 11) / 20;
        return {
          ...line,
          time,
          metrics: line.metrics.map((metric) =>
            metric.name === 'top1' && metric.value !== null
              ? { ...metric, value: metric.value + better + noise }
              : metric,
          ),
        };
      }),
    );
  }
  const named = (trial: string) => renamed.get(trial) ?? trial;
  writeExecution(workspace, {
    ...tonight,
    execution: executionName(startedAt, tonight.suite, tonight.scale),
    startedAt,
    cells: tonight.cells.map((cell) => ({ ...cell, trials: cell.trials.map(named) })),
    trials: tonight.trials.map((entry) => ({
      ...entry,
      trial: named(entry.trial),
      run: runs.get(named(entry.trial)) ?? entry.run,
    })),
  } as Execution);
}

test('the nightly workflow fails on a regression and says which cell', {
  timeout: 300_000,
}, (t) => {
  const folder = checkout(t);
  const home = join(folder, 'home');
  mkdirSync(home);
  const file = join(home, 'mine.yaml');
  writeFileSync(file, suite);
  const workspace = join(home, 'nights');
  const variables = { SUITE: `${file}@smoke`, DEVICE: 'cpu', NIGHTS: workspace };

  const first = takeSteps(folder, variables);
  assert.deepEqual(
    first.ran.map(({ name, status }) => [name, status]),
    steps().map(({ name }) => [name, 0]),
    first.ran.map(({ output }) => output).join('\n'),
  );

  const [record] = recordsOf(workspace, 'executions').filter((name) => name.endsWith('.json'));
  const tonight = JSON.parse(readFileSync(record as string, 'utf8')) as Execution;
  for (let days = 25; days > 1; days -= 1) plantNight(workspace, tonight, days, 30);
  plantNight(workspace, tonight, 1, 0);

  const { ran, summary } = takeSteps(folder, variables);
  const shown = ran.map(({ output }) => output).join('\n');
  assert.deepEqual(
    ran.map(({ name, status }) => [name, status]),
    [
      ['Set-up', 0],
      ['Measure, store, check and report', 1],
      ['Annotations and summary', 0],
    ],
    shown,
  );
  assert.match(ran[1]?.output ?? '', /REGRESSION +mine@smoke +Student/);
  assert.match(
    ran[2]?.output ?? '',
    /^::error title=regression%3A Student\/small\/top1%3A metric::mine@smoke, history: \S+ to \S+ \(−\S+\) since /m,
  );
  assert.match(summary, /REGRESSION +mine@smoke +Student/);
  const junit = readFileSync(join(folder, 'junit.xml'), 'utf8');
  assert.match(junit, /<failure/);
});
