import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHTML } from 'linkedom';
import { siteFiles } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import type { Coverage } from '../../suites/coverage.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeSample } from './sample.ts';

const counts = { known: 5, declared: 4, runnable: 3, comparable: 2, measured: 1 };
const reasons = [
  { stage: 'declared', reason: 'an ablation', numbers: 1 },
  { stage: 'runnable', reason: 'the network <x> is not implemented', numbers: 1 },
] as const;
const group = (name: string) => ({ name, ...counts, reasons });
const coverage: Coverage = {
  ...counts,
  systems: [group('sdd')],
  tables: [group('a-table'), { ...group('ablations'), declared: 0 }],
  suites: [group('cifar100-logits')],
  reasons,
};

test('the page of coverage shows what it is given, with what the database holds as measured', async (t) => {
  const workspace = temporaryFolder(t);
  await ingest({ workspace, published: writeSample(workspace) });
  const store = await openStore(databaseFile(workspace), 'read');
  let page = '';
  let measured: readonly string[] = [];
  try {
    const make = (keys: ReadonlySet<string>) => {
      measured = [...keys];
      return coverage;
    };
    for await (const [path, content] of siteFiles(store, make))
      if (path === 'coverage.html') page = content;
  } finally {
    store.close();
  }
  // The sample has completed trials at paper scale; a cell without any is not among them.
  assert.ok(measured.length > 0);
  assert.ok(measured.every((key) => (JSON.parse(key) as unknown[]).length === 4));
  const { document } = parseHTML(page);
  const rows = [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map(({ textContent }) => textContent),
  );
  // Every group says for itself what keeps its numbers back; the seven systems are named in full.
  for (const id of ['systems', 'tables', 'suites', 'undeclared']) {
    const section = document.querySelector(`section[aria-labelledby="${id}"]`);
    assert.match(
      section?.querySelector('details + details')?.textContent ?? '',
      /1 not declared: an ablation\s*1 declared, not runnable: the network <x> is not implemented/,
    );
  }
  const [system] = document.querySelectorAll('section[aria-labelledby="systems"] tbody th');
  assert.match(system?.textContent ?? '', /^SDD.*Scale Decoupled Distillation/);
  const suite = document.querySelector('section[aria-labelledby="suites"] tbody a');
  assert.equal(suite?.getAttribute('href'), 'cifar100-logits-paper/index.html');
  assert.deepEqual(rows, [
    ['SDDScale Decoupled Distillation, CVPR 2024', '5', '4', '3', '2', '1'],
    ['a-table', '5', '4', '3', '2', '1'],
    ['cifar100-logits', '5', '4', '3', '2', '1'],
    ['ablations', '5', '0', '3', '2', '1'],
    ['1', 'an ablation'],
    ['1', 'the network <x> is not implemented'],
  ]);
});
