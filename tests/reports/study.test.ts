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

interface Study {
  readonly gate: number;
  readonly claims: readonly PlannedClaim[];
  readonly scale?: 'proxy' | 'own';
  /** Whether seeds 4 and 5 have the same numbers, as one training under two names would. */
  readonly twins?: boolean;
}

/** A study of one's own: a teacher with a gate, three methods over six seeds, and its claims. */
async function writeStudy(
  workspace: string,
  { gate, claims, scale = 'proxy', twins = false }: Study,
): Promise<void> {
  const teacher = makeSpec({
    scale,
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
        scale,
        seed,
        method: name.toLowerCase(),
        hyper: {},
        teacher: { kind: 'trial', model: 'resnet20', trial: trialId(teacher) },
      });
      // A seed shifts all methods alike, and each a little by itself.
      const shift = twins && seed === 5 ? 4 : seed;
      const value = mean + shift + 0.02 * ((shift * 7 + name.length) % 5);
      writeJournal(workspace, makeJournal({ spec, accuracies: [value - 1, value] }));
      return spec;
    }),
  }));
  const plan = makePlan({ rows, teacher, scale });
  const trials = plan.trials.map((trial) => ({
    ...trial,
    gate: trial.spec.role === 'teacher' ? gate : null,
  }));
  writePlan(workspace, { ...plan, trials, claims });
  await ingest({ workspace, published: [] });
}

/** Every page of the site, parsed. */
async function pagesOf(workspace: string) {
  const store = await openStore(databaseFile(workspace), 'read');
  const pages = new Map<string, ReturnType<typeof parseHTML>['document']>();
  try {
    for await (const [path, content] of siteFiles(store)) {
      if (path.endsWith('.html')) pages.set(path, parseHTML(content as string).document);
    }
  } finally {
    store.close();
  }
  return pages;
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

test('an own study is measured and never called not comparable, on every page and in every text', async (t) => {
  const workspace = temporaryFolder(t);
  await writeStudy(workspace, {
    gate: 55,
    scale: 'own',
    claims: [claim('DKD', 'KD', 2), claim('DKD', 'KD', 0.5)],
  });
  const pages = await pagesOf(workspace);
  const said = [...pages].filter(([path]) => path === 'index.html' || path.startsWith('quick-own'));
  assert.ok(said.length > 4);
  for (const [path, page] of said) {
    const main = (page.querySelector('main')?.textContent ?? '').replace(/\s+/g, ' ');
    assert.doesNotMatch(main, /not comparable|no reference|proxy/i, path);
  }
  const overview = pages.get('index.html');
  assert.equal(
    overview?.querySelector('.headline')?.textContent,
    '1 of 2 claims of own studies holds, 1 does not.',
  );
  // A claim of one's own study is measured in full, so it may have a colour.
  const badges = [...(pages.get('quick-own/index.html')?.querySelectorAll('.claims .badge') ?? [])];
  assert.deepEqual(
    badges.map((badge) => badge.className),
    ['badge below', 'badge reproduced'],
  );
  const cell = pages.get('quick-own/cell-dkd-resnet20-resnet8-top1.html');
  assert.match(cell?.querySelector('.lead')?.textContent ?? '', /over 6 seeds, 90 % interval/);
  assert.match(cell?.querySelector('.numbers')?.textContent ?? '', /90 % interval/);
  for (const format of ['markdown', 'latex', 'csv', 'junit'] as const) {
    const { text } = await reportText({ workspace, format });
    assert.doesNotMatch(text, /not comparable|published numbers/i, format);
    assert.match(
      text,
      format === 'markdown' ? /What the own studies measured/ : /measured/,
      format,
    );
  }
  const json = JSON.parse((await reportText({ workspace, format: 'json' })).text);
  const [table] = json.tables;
  assert.equal(table.own, true);
  assert.ok(
    table.cells.every(({ verdict }: { verdict: { word: string } }) => verdict.word === 'measured'),
  );
  assert.deepEqual(
    table.claims.map(({ outcome }: { outcome: string }) => outcome),
    ['does not hold', 'holds'],
  );
});

test('a claim on two seeds that agree to the last digit is open in an own study', async (t) => {
  const workspace = temporaryFolder(t);
  await writeStudy(workspace, {
    gate: 55,
    scale: 'own',
    claims: [claim('DKD', 'KD', 0.5)],
    twins: true,
  });
  const { cases } = await casesOf(workspace);
  const { text } = await reportText({ workspace, format: 'annotations' });
  assert.equal(cases['Claim: DKD beats KD by 0.5 (Top-1 accuracy)'], 'skipped');
  const overview = (await pagesOf(workspace)).get('index.html');
  assert.match(overview?.querySelector('.headline')?.textContent ?? '', /^0 of 1 claim .* open\.$/);
  assert.match(text, /warning title=undecided.*agree to the last digit/);
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
