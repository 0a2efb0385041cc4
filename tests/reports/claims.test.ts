import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHTML } from 'linkedom';
import { loadClaims } from '../../reference/claims/loader.ts';
import { loadPublished } from '../../reference/published/loader.ts';
import { siteFiles } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeSample } from './sample.ts';

test('the index of claims leads to a page per paper, under the same anchors; nothing below paper scale has a colour; evidence links to cells', async (t) => {
  const workspace = temporaryFolder(t);
  await ingest({ workspace, published: writeSample(workspace) });
  const store = await openStore(databaseFile(workspace), 'read');
  const pages = new Map<string, ReturnType<typeof parseHTML>['document']>();
  try {
    for await (const [path, content] of siteFiles(store)) {
      if (path.startsWith('claims')) pages.set(path, parseHTML(content).document);
    }
  } finally {
    store.close();
  }
  const index = pages.get('claims.html');
  assert.ok(index !== undefined);
  const items = [...index.querySelectorAll('.claims li')];
  assert.equal(items.length, loadClaims(loadPublished()).length);
  // Every claim is counted once under each kind of evidence.
  for (const column of [1, 2, 3]) {
    const counts = [...index.querySelectorAll('table tbody tr')].map((row) =>
      Number(row.children[column]?.textContent),
    );
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      items.length,
    );
  }
  for (const item of items) {
    const [path = '', anchor = ''] =
      item.querySelector('a')?.getAttribute('href')?.split('#') ?? [];
    assert.equal(item.id, anchor);
    assert.ok(pages.get(path)?.querySelector(`[id="${anchor}"]`), `${path}#${anchor}`);
    const [published, , proxy] = [...item.querySelectorAll('dd')];
    for (const one of [published, proxy])
      assert.equal(one?.querySelector('.badge:not(.neutral)'), null);
  }
  // What a reader opens is short: the evidence of many comparisons is folded.
  for (const page of pages.values())
    for (const open of page.querySelectorAll('details[open]'))
      assert.ok(open.querySelectorAll('tbody tr').length <= 3);
  // The sample measures KD+LSKD and KD on one pair at paper scale: shown with both cells, and not
  // enough for every pair.
  const section = pages
    .get('claims-lskd.html')
    ?.querySelector('section[aria-labelledby="claim-lskd-helps-kd"]');
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
