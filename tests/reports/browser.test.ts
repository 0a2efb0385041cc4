import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { renderSite } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { databaseFile } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeSample } from './sample.ts';

const executable = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);

const pages = [
  'index.html',
  'glossary.html',
  'cifar100-logits-paper/index.html',
  'cifar100-logits-paper/cell-kd-lskd-wrn-40-2-wrn-16-2-top1.html',
  'cifar100-logits-paper/cell-dkd-wrn-40-2-wrn-16-2-top1.html',
  'cifar100-logits-paper/cell-ofa-resnet56-resnet20-top1.html',
  'quick-proxy/index.html',
];

async function startBrowser(context: TestContext): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: executable as string,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  context.after(() => browser.close());
  return browser;
}

test('a browser shows every kind of page without an error, a request or a page wider than the screen', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeSample(workspace) });
  const out = join(workspace, 'out');
  await renderSite(databaseFile(workspace), { out });
  const browser = await startBrowser(context);
  const complaints: string[] = [];
  for (const width of [1280, 390]) {
    const page = await browser.newPage({ viewport: { width, height: 844 } });
    page.on('console', (message) => complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    for (const path of pages) {
      await page.goto(pathToFileURL(join(out, path)).href);
      const excess = await page.evaluate(
        'document.documentElement.scrollWidth - window.innerWidth',
      );
      if (Number(excess) > 0) complaints.push(`${path} is ${excess} pixels wider than ${width}`);
    }
    await page.close();
  }
  assert.deepEqual(complaints, []);
});

test('a click on a column sorts it, a second turns it round, a third restores the order of the paper', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeSample(workspace) });
  const out = join(workspace, 'out');
  await renderSite(databaseFile(workspace), { out });
  const page = await (await startBrowser(context)).newPage();
  await page.goto(pathToFileURL(join(out, 'cifar100-logits-paper/index.html')).href);
  const order = () =>
    page
      .locator('.results tbody th')
      .evaluateAll((heads) => heads.map((head) => head.firstChild?.textContent));
  const column = page.locator('.results thead th').nth(1);
  const paper = ['Student', 'KD', 'DKD', 'KD+LSKD', 'SD-KD', 'OFA'];
  assert.deepEqual(await order(), paper);
  await column.locator('button').click();
  assert.equal(await column.getAttribute('aria-sort'), 'descending');
  assert.deepEqual(await order(), ['KD+LSKD', 'SD-KD', 'DKD', 'KD', 'Student', 'OFA']);
  await column.locator('button').press('Enter');
  assert.equal(await column.getAttribute('aria-sort'), 'ascending');
  assert.deepEqual(await order(), ['Student', 'KD', 'DKD', 'SD-KD', 'KD+LSKD', 'OFA']);
  await column.locator('button').click();
  assert.equal(await column.getAttribute('aria-sort'), null);
  assert.deepEqual(await order(), paper);
});
