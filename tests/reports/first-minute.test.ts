import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parseHTML } from 'linkedom';
import type { ParitySample } from '../../contract/parity.ts';
import { loadPublished } from '../../reference/published/loader.ts';
import { siteFiles } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { parityName, writeParity } from '../../results/parity.ts';
import { publishedNumbers } from '../../results/published.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';

/** Overview and parity page of a workspace in which nothing was trained. */
async function pagesBeforeTraining(t: TestContext, sample: ParitySample | null) {
  const workspace = temporaryFolder(t);
  const startedAt = '2026-01-03T04:05:06.789Z';
  writeParity(workspace, {
    schemaVersion: 1,
    parity: parityName(startedAt, 'recorded'),
    startedAt,
    mode: 'recorded',
    ownGolden: true,
    seconds: 9,
    environment: {
      cpu: 'Test CPU 3000',
      cores: 2,
      os: 'Linux 6.1',
      node: 'v22.12.0',
      tensorflow: '2.18.0',
      commit: null,
      dirty: false,
    },
    ...(sample !== null && { sample }),
    cases: [
      { file: 'losses/lskd.json', name: 'lskd T2', ok: true, maxError: 1e-7, tolerance: 1e-5 },
    ],
    notCovered: [],
  });
  await ingest({ workspace, published: publishedNumbers(loadPublished()) });
  const store = await openStore(databaseFile(workspace), 'read');
  const pages = new Map<string, ReturnType<typeof parseHTML>['document']>();
  try {
    for await (const [path, content] of siteFiles(store)) {
      if (path.endsWith('.html')) pages.set(path, parseHTML(content as string).document);
    }
  } finally {
    store.close();
  }
  return { overview: pages.get('index.html'), parity: pages.get('parity.html') };
}

const words = (element: { readonly textContent: string | null } | null | undefined) =>
  (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

test('before any training the overview says what published numbers decide, without a colour', async (t) => {
  const { overview } = await pagesBeforeTraining(t, { files: 33, of: 76 });
  const table = overview?.querySelector('table.scores');
  const heads = [...(table?.querySelectorAll('thead th') ?? [])].map(words);
  const column = heads.indexOf('Claims, decided by published numbers');
  assert.ok(column > 0, heads.join());
  const lskd = [...(table?.querySelectorAll('tbody tr') ?? [])].find((row) =>
    words(row.children[0]).startsWith('LSKD'),
  );
  assert.match(words(lskd?.children[column]), /as printed|undecided/);
  const parity = heads.indexOf('Parity');
  assert.match(words(lskd?.children[parity]), /agrees ?1 of 1 case of a sample/);
  // Nothing was measured, so nothing has a colour.
  assert.equal(table?.querySelector('.reproduced, .above, .below, .failed'), null);
  const text = words(overview?.querySelector('main'));
  assert.match(text, /1 of 1 case agrees within tolerance, in a sample of 33 of 76 golden files/);
  assert.match(text, /By the printed numbers alone, \d+ of \d+ claims stand/);
  assert.match(text, /\d+ of \d+ printed gains do not add up/);
});

test('a whole comparison with the official numbers is not called a sample', async (t) => {
  const whole = await pagesBeforeTraining(t, null);
  assert.doesNotMatch(words(whole.overview?.body), /of a sample|in a sample/);
  assert.doesNotMatch(words(whole.parity?.body), /This is a sample/);
  const sample = await pagesBeforeTraining(t, { files: 33, of: 76 });
  assert.match(words(sample.parity?.body), /This is a sample: 33 of 76 golden files/);
});
