import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHTML } from 'linkedom';
import { reportText } from '../../app/report.ts';
import type { PlannedClaim } from '../../contract/plan-types.ts';
import { type TrialSpec, trialId } from '../../contract/spec.ts';
import { siteFiles } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { parseSuite } from '../../suites/load.ts';
import { planClaims } from '../../suites/suite-claims.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../results/builder.ts';
import { writeNights } from '../results/nights.ts';
import { temporaryFolder } from '../results/temporary.ts';

const claim = (row: string, over: string, by: number): PlannedClaim => ({
  title: `${row} beats ${over} by ${by}`,
  row,
  over,
  metric: 'top1',
  columns: ['resnet20__resnet8'],
  by,
});

/** A study of one's own: a teacher with a gate, three methods over six seeds, and its claims. */
async function writeStudy(
  workspace: string,
  { gate, claims }: { readonly gate: number; readonly claims: readonly PlannedClaim[] },
): Promise<void> {
  const teacher = makeSpec({
    role: 'teacher',
    method: 'none',
    hyper: {},
    teacher: null,
    model: 'resnet20',
  });
  writeJournal(workspace, makeJournal({ spec: teacher, accuracies: [50, 60] }));
  const means = { KD: 70, DKD: 71, CRD: 69.8 };
  const rows = Object.entries(means).map(([name, mean]) => ({
    name,
    method: name.toLowerCase(),
    specs: Array.from({ length: 6 }, (_, seed): TrialSpec => {
      const spec = makeSpec({
        seed,
        method: name.toLowerCase(),
        hyper: {},
        teacher: { kind: 'trial', model: 'resnet20', trial: trialId(teacher) },
      });
      // A seed shifts all methods alike, and each a little by itself.
      const value = mean + seed + 0.02 * ((seed * 7 + name.length) % 5);
      writeJournal(workspace, makeJournal({ spec, accuracies: [value - 1, value] }));
      return spec;
    }),
  }));
  const plan = makePlan({ rows, teacher });
  const trials = plan.trials.map((trial) => ({
    ...trial,
    gate: trial.spec.role === 'teacher' ? gate : null,
  }));
  writePlan(workspace, { ...plan, trials, claims });
  await ingest({ workspace, published: [] });
}

/** The test cases that are about a study, as a CI server reads them: name and outcome. */
async function casesOf(workspace: string, options: object = {}) {
  const report = await reportText({ workspace, format: 'junit', failOn: 'failed', ...options });
  const { document } = parseHTML(report.text.replace(/^<\?xml.*\n/, ''));
  const cases = [...document.querySelectorAll('testcase')].map((one) => [
    one.getAttribute('name') as string,
    ['failure', 'error', 'skipped'].find((word) => one.querySelector(word) !== null) ?? 'passed',
  ]);
  return { cases: Object.fromEntries(cases) as Record<string, string>, exitCode: report.exitCode };
}

test('a study fails by its own gates and claims, and passes where they hold', async (t) => {
  const workspace = temporaryFolder(t);
  await writeStudy(workspace, {
    gate: 55,
    claims: [claim('DKD', 'KD', 0.5), claim('CRD', 'KD', -0.5)],
  });
  const good = await casesOf(workspace);
  assert.equal(good.exitCode, 0);
  const gateName = Object.keys(good.cases).find((name) => name.startsWith('Gate of resnet20'));
  assert.equal(good.cases[gateName ?? ''], 'passed');
  assert.equal(good.cases['Claim: DKD beats KD by 0.5 (Top-1 accuracy)'], 'passed');
  // Worse, and by less than the study allows.
  assert.equal(good.cases['Claim: CRD beats KD by -0.5 (Top-1 accuracy)'], 'passed');

  await writeStudy(workspace, {
    gate: 65,
    claims: [claim('DKD', 'KD', 2), claim('CRD', 'KD', 0)],
  });
  const bad = await casesOf(workspace);
  assert.equal(bad.exitCode, 1);
  assert.equal(bad.cases[gateName ?? ''], 'failure');
  assert.equal(bad.cases['Claim: DKD beats KD by 2 (Top-1 accuracy)'], 'failure');
  assert.equal(bad.cases['Claim: CRD beats KD by 0 (Top-1 accuracy)'], 'failure');
  // Who asks for no exit code gets none, and annotations show the same.
  const annotated = await reportText({ workspace, format: 'annotations' });
  assert.equal(annotated.exitCode, 0);
  assert.match(annotated.text, /::error title=does not hold%3A Claim%3A DKD beats KD by 2/);
  assert.match(annotated.text, /::error title=below its gate%3A Gate of resnet20/);
});

test('the site lists what a suite claims and leads to the evidence of each', async (t) => {
  const workspace = temporaryFolder(t);
  await writeStudy(workspace, {
    gate: 55,
    claims: [claim('DKD', 'KD', 2), claim('DKD', 'KD', 0.5)],
  });
  const store = await openStore(databaseFile(workspace), 'read');
  const pages = new Map<string, string>();
  try {
    for await (const [path, content] of siteFiles(store)) pages.set(path, content);
  } finally {
    store.close();
  }
  const { document } = parseHTML(pages.get('claims.html') as string);
  const items = [...document.querySelectorAll('.claims li[id^="claims-of-quick-proxy"]')];
  assert.deepEqual(
    items.map((item) => item.querySelector('.badge')?.textContent),
    ['\u2715 does not hold', '\u2713 holds'],
  );
  const [path = '', anchor] = items[1]?.querySelector('a')?.getAttribute('href')?.split('#') ?? [];
  const { document: own } = parseHTML(pages.get(path) as string);
  const section = own.querySelector(`section[aria-labelledby="${anchor}"]`);
  assert.match(section?.textContent ?? '', /DKD is better than KD by more than 0\.5/);
  assert.match(section?.querySelector('tbody')?.textContent ?? '', /\+1\.0.*6 seeds/s);
});

test('a claim whose measurements are missing on a column does not pass', async (t) => {
  const workspace = temporaryFolder(t);
  const whole = { ...claim('DKD', 'KD', 0), columns: ['resnet20__resnet8', 'not_measured'] };
  await writeStudy(workspace, { gate: 55, claims: [whole] });
  const { cases, exitCode } = await casesOf(workspace);
  assert.equal(cases['Claim: DKD beats KD by 0 (Top-1 accuracy)'], 'skipped');
  assert.equal(exitCode, 0);
});

test('the latest execution is judged cell by cell against a baseline of its own', async (t) => {
  const workspace = temporaryFolder(t);
  const seeds = [1, 2, 3, 4, 5, 6];
  const around = (mean: number) => seeds.map((seed) => mean + 0.05 * (seed % 3));
  writeNights(workspace, [
    { day: 0, commit: 'a'.repeat(40), seeds, values: { none: around(60), kd: around(70) } },
    { day: 1, commit: 'b'.repeat(40), seeds, values: { none: around(60), kd: around(68) } },
  ]);
  await ingest({ workspace, published: [] });
  const { cases, exitCode } = await casesOf(workspace, { baseline: `commit:${'a'.repeat(12)}` });
  assert.equal(exitCode, 1);
  assert.equal(cases['NONE/resnet20__resnet8/top1 against the baseline'], 'passed');
  assert.equal(cases['KD/resnet20__resnet8/top1 against the baseline'], 'failure');
  const lenient = await casesOf(workspace, { baseline: `commit:${'a'.repeat(12)}`, threshold: 3 });
  assert.equal(lenient.exitCode, 0);
  assert.equal(lenient.cases['KD/resnet20__resnet8/top1 against the baseline'], 'passed');
  await assert.rejects(reportText({ workspace, format: 'csv', baseline: 'previous' }), {
    code: 'REPORT_BASELINE',
    exitCode: 2,
  });
});

const suite = (claims: string) => `schemaVersion: 1
id: mine
title: Mine
task: classification
noReference: Nobody published it.
metrics: { top1: { margin: 1 } }
columns: [{ id: resnet20__resnet8 }]
rows: [{ name: KD }, { name: Mine, method: dkd }]
claims: [${claims}]
scales:
  smoke: { notComparable: A test., dataset: embedded, recipe: embedded-smoke, seeds: [1] }
`;

test('a suite claims of rows, columns and metrics that it has; what it leaves out is filled in', () => {
  const parsed = parseSuite('mine.yaml', suite('{ row: Mine, over: KD, by: -0.5 }'));
  const cell = (row: string) => ({ row, column: 'resnet20__resnet8', metric: 'top1' }) as never;
  assert.deepEqual(planClaims(parsed.definition, [cell('KD'), cell('Mine')]), [
    {
      title: 'Mine is better than KD, or worse by less than 0.5',
      row: 'Mine',
      over: 'KD',
      metric: 'top1',
      columns: ['resnet20__resnet8'],
      by: -0.5,
    },
  ]);
  assert.deepEqual(planClaims(parsed.definition, [cell('KD')]), []);
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['{ row: Mien, over: KD }', /claims\[0\]\.row.*no row "Mien".*"Mine"/s],
    ['{ row: Mine, over: DK }', /claims\[0\]\.over.*no row "DK"/s],
    ['{ row: Mine, over: Mine }', /cannot be better than itself/],
    ['{ row: Mine, over: KD, metric: AP }', /claims\[0\]\.metric.*no metric "AP"/s],
    ['{ row: Mine, over: KD, columns: [vgg] }', /claims\[0\]\.columns.*no column "vgg"/s],
  ];
  for (const [claims, message] of wrong)
    assert.throws(() => parseSuite('mine.yaml', suite(claims)), {
      code: 'SUITE_CLAIM',
      exitCode: 2,
      message,
    });
});
