import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHTML } from 'linkedom';
import { siteFiles } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeSample } from './sample.ts';

test('the page of claims has a section per claim, colours nothing below paper scale, and links to cells', async (t) => {
  const workspace = temporaryFolder(t);
  await ingest({ workspace, published: writeSample(workspace) });
  const store = await openStore(databaseFile(workspace), 'read');
  let page = '';
  try {
    for await (const [path, content] of siteFiles(store)) {
      if (path === 'claims.html') page = content;
    }
  } finally {
    store.close();
  }
  const { document } = parseHTML(page);
  const rows = [...document.querySelectorAll('table[data-sortable]')][0]?.querySelectorAll(
    'tbody tr',
  );
  assert.equal(
    rows?.length,
    document.querySelectorAll('section[aria-labelledby^="claim-"]').length,
  );
  for (const row of rows ?? []) {
    const target = row.querySelector('th a')?.getAttribute('href') ?? '';
    assert.ok(document.querySelector(`[id="${target.slice(1)}"]`), target);
    const [published, , proxy] = [...row.querySelectorAll('.badge')];
    assert.ok(published?.classList.contains('neutral') && proxy?.classList.contains('neutral'));
  }
  // The sample measures KD+LSKD and KD on one pair at paper scale: shown with both cells, and not
  // enough for every pair.
  const section = document.querySelector('section[aria-labelledby="claim-lskd-helps-kd"]');
  const links = [...(section?.querySelectorAll('td a') ?? [])].map((link) =>
    link.getAttribute('href'),
  );
  assert.ok(
    links.includes('cifar100-logits-paper/cell-kd-lskd-wrn-40-2-wrn-16-2-top1.html'),
    links.join(' '),
  );
  const [, paper] = [...(section?.querySelectorAll('.badge') ?? [])];
  assert.notEqual(paper?.textContent?.trim(), '\u2713 holds');
});
