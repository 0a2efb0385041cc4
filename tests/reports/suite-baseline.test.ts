import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { check } from '../../app/check.ts';
import { compare } from '../../app/compare.ts';
import { reportText } from '../../app/report.ts';
import { checkLines } from '../../cli/output/check.ts';
import { ingest } from '../../results/ingest.ts';
import { makeSpec } from '../results/builder.ts';
import { writeNights } from '../results/nights.ts';
import { temporaryFolder } from '../results/temporary.ts';

const seeds = [1, 2, 3, 4, 5, 6];
const around = (mean: number) => seeds.map((seed) => mean + 0.05 * (seed % 3));
/** Both suites measure other trainings: of one training there is nothing to compare. */
const longer = { ...makeSpec().recipe, epochs: 4 };

/** The suite `mine`, two rows of which the suite `old` has too. */
async function twoSuites(t: TestContext): Promise<string> {
  const workspace = temporaryFolder(t);
  const old = { none: around(60), kd: around(70) };
  writeNights(workspace, [{ day: 0, seeds, values: old }], 'old');
  const mine = { none: around(60), kd: around(68), dkd: around(71) };
  writeNights(workspace, [{ day: 1, seeds, values: mine, recipe: longer }], 'mine');
  await ingest({ workspace, published: [] });
  return workspace;
}

test('another suite is a baseline: its cells stand for those of the same row, pair and metric', async (t) => {
  const workspace = await twoSuites(t);
  for (const baseline of ['suite:old', 'old', 'suite:old@proxy']) {
    const { findings, exitCode, against } = await check({ workspace, suite: 'mine', baseline });
    assert.equal(exitCode, 1, baseline);
    assert.deepEqual(
      findings.map(({ suite, cell, state }) => [suite, cell, state]),
      [['mine', 'KD/resnet20__resnet8/top1', 'regression']],
    );
    assert.equal(against?.comparison.cells.length, 2);
    assert.match(against?.comparison.a.meaning ?? '', /latest execution of the suite old/);
  }
  const lenient = await check({ workspace, suite: 'mine', baseline: 'old', threshold: 3 });
  assert.equal(lenient.exitCode, 0);
  const turned = await compare({ workspace, a: 'suite:mine', b: 'suite:old' });
  assert.deepEqual(
    turned.cells.map(({ suite, cell, difference }) => [
      suite,
      cell,
      Math.round(difference?.mean ?? 0),
    ]),
    [
      ['old', 'KD/resnet20__resnet8/top1', 2],
      ['old', 'NONE/resnet20__resnet8/top1', 0],
    ],
  );
});

test('without the name of the suite that is judged, all but the baseline are meant', async (t) => {
  const workspace = await twoSuites(t);
  assert.equal((await check({ workspace, baseline: 'suite:old' })).exitCode, 1);
  writeNights(
    workspace,
    [{ day: 2, seeds, values: { kd: around(70) }, recipe: { ...longer, epochs: 5 } }],
    'third',
  );
  await ingest({ workspace, published: [] });
  await assert.rejects(check({ workspace, baseline: 'suite:old' }), {
    code: 'COMPARE_SUITES',
    exitCode: 2,
    message: /mine@proxy, third@proxy/,
  });
});

test('a report for CI has a case per cell of the other suite', async (t) => {
  const workspace = await twoSuites(t);
  const { text, exitCode } = await reportText({
    workspace,
    suite: 'mine',
    format: 'junit',
    baseline: 'suite:old',
    failOn: 'failed',
  });
  assert.equal(exitCode, 1);
  assert.match(text, /name="KD\/resnet20__resnet8\/top1 against the baseline">\s*<failure/);
});

test('a comparison of nothing passes nowhere', async (t) => {
  const workspace = await twoSuites(t);
  await assert.rejects(check({ workspace, suite: 'mine', baseline: 'suite:odl' }), {
    code: 'HISTORY_REF',
    hint: /suites mine@proxy/,
  });
  // As where a variable of CI is not set: every machine's name has the empty text in it.
  for (const baseline of ['', ' ', 'machine: ']) {
    await assert.rejects(check({ workspace, suite: 'mine', baseline }), { code: 'HISTORY_REF' });
  }
  const data = { dataset: 'embedded', hash: 'e'.repeat(64) };
  writeNights(workspace, [{ day: 3, seeds, values: { kd: around(70) }, data }], 'elsewhere');
  await ingest({ workspace, published: [] });
  await assert.rejects(check({ workspace, suite: 'mine', baseline: 'suite:elsewhere' }), {
    code: 'COMPARE_NOTHING',
    exitCode: 2,
    hint: /the data differ/,
  });
});

test('a commit that also names the latest execution is a baseline without it', async (t) => {
  const workspace = temporaryFolder(t);
  const commit = 'c'.repeat(40);
  const night = (day: number, kd: number) => ({
    ...{ day, seeds, commit, values: { kd: around(kd) } },
    recipe: { ...longer, epochs: 4 + day },
  });
  writeNights(workspace, [night(0, 70)], 'mine');
  await ingest({ workspace, published: [] });
  const alone = await check({ workspace, baseline: commit });
  assert.equal(alone.exitCode, 0);
  const said = checkLines(alone.check, alone.findings, alone.against).join('\n');
  assert.match(
    said,
    /A is the baseline.*\n {2}6 runs are on both sides; they differ by nothing\.$/,
  );

  writeNights(workspace, [night(1, 68)], 'mine');
  await ingest({ workspace, published: [] });
  const edited = await check({ workspace, baseline: commit });
  assert.equal(edited.exitCode, 1);
  // Half of it, were the latest execution in the mean of its own baseline.
  assert.match(edited.findings[0]?.sentence ?? '', /^70\.05 to 68\.05: −2\.00/);
  assert.deepEqual(edited.against?.comparison.notes, []);
});
