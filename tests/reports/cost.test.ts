import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHTML } from 'linkedom';
import { siteFiles } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import {
  makeEnvironment,
  makeJournal,
  makePlan,
  makeSpec,
  writeJournal,
  writePlan,
} from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

/** Of one epoch that made-up journals have: 10 s of training and 2 s of evaluation. */
const epochSeconds = 12;

test('the page of costs has hours of tables and cells by machine, and cohorts by share and whole step', async (t) => {
  const workspace = temporaryFolder(t);
  const [student, kd, dkd, failed] = (['none', 'kd', 'dkd', 'crd'] as const).map((method) =>
    makeSpec({ method, hyper: {} }),
  ) as [ReturnType<typeof makeSpec>, ...ReturnType<typeof makeSpec>[]];
  const rows = Object.entries({ Student: student, KD: kd, DKD: dkd, CRD: failed });
  writePlan(
    workspace,
    makePlan({
      rows: rows.map(([name, spec]) => ({
        name,
        method: spec?.method as string,
        specs: [spec as typeof student],
      })),
    }),
  );
  const accuracies = Array<number>(300).fill(10);
  const hour = (accuracies.length * epochSeconds) / 3600;
  const gpu = makeEnvironment({
    device: 'gpu',
    hardware: { cpu: 'Test CPU 3000', cores: 2, memoryGiB: 8, gpu: 'Test GPU 9' },
    threads: { intra: 4, inter: 1 },
  });
  const threads = makeEnvironment({ threads: { intra: 4, inter: 1 } });
  for (const journal of [
    makeJournal({ spec: student, accuracies, environment: threads }),
    makeJournal({ spec: kd as typeof student, accuracies, students: 5 }),
    makeJournal({ spec: dkd as typeof student, accuracies, environment: gpu }),
    makeJournal({
      spec: failed as typeof student,
      accuracies,
      end: { state: 'failed', reason: 'no' },
    }),
    // Measured again: the first run stands for nothing any more.
    makeJournal({
      spec: student,
      accuracies,
      environment: threads,
      fingerprint: 'e'.repeat(64),
      end: { state: 'failed', reason: 'no' },
    }),
  ])
    writeJournal(workspace, journal);
  await ingest({ workspace, published: [] });
  const store = await openStore(databaseFile(workspace), 'read');
  let page = '';
  try {
    for await (const [path, content] of siteFiles(store)) if (path === 'cost.html') page = content;
  } finally {
    store.close();
  }
  const { document } = parseHTML(page);
  const texts = (selector: string) =>
    [...document.querySelectorAll(`${selector} tbody tr`)].map((row) =>
      [...row.children].map(({ textContent }) => textContent?.trim().replace(/\s+/g, ' ')),
    );
  assert.equal(hour, 1);
  // A thread counts on a processor and not beside a GPU; a fifth of a cohort is a fifth of its
  // time.
  assert.deepEqual(texts('[aria-labelledby="hours"] > .scroll'), [
    ['Quick suite proxy', '9.2', '5.2', '', '4.0', '4', 'CPU: Test CPU 3000, 2 cores, 8 GiB'],
    [
      'Quick suite proxy',
      '1.0',
      '1.0',
      '',
      '',
      '1',
      'GPU: Test GPU 9; Test CPU 3000, 2 cores, 8 GiB',
    ],
  ]);
  const cells = texts('#hours-1');
  assert.deepEqual(
    cells.map(([name, hours]) => [name, hours]),
    [
      ['Student', '4.0'],
      ['KD', '0.20'],
      ['CRD', '1.0'],
    ],
  );
  assert.deepEqual(texts('[aria-labelledby="cohorts-1"]'), [
    ['KD', '5', '200.0', '1000.0', '512', '1 run'],
  ]);
  // The costs of methods are of those that trained alone.
  assert.doesNotMatch(texts('[aria-labelledby="cost-1"]').join('\n'), /KD,/);
});
