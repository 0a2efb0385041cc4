import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { writeGpuCheck } from '../../reports/gpu-check.ts';
import { renderSite } from '../../reports/site.ts';
import { ingest } from '../../results/ingest.ts';
import { databaseFile } from '../../results/workspace.ts';
import { presentCoverage } from '../../suites/coverage-by-name.ts';
import { steady, writeNights } from '../results/nights.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeDenseSample } from './dense-sample.ts';
import { gpuCheckSample } from './gpu-check-sample.ts';
import { writeWholeSample } from './whole-sample.ts';

const executable = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);

/** Every kind of page. */
const pages = [
  'index.html',
  'claims.html',
  'claims-lskd.html',
  'coverage.html',
  'parity.html',
  'cost.html',
  'history.html',
  'official.html',
  'glossary.html',
  'cifar100-logits-paper/index.html',
  'cifar100-logits-paper/cell-kd-lskd-wrn-40-2-wrn-16-2-top1.html',
  'cifar100-logits-paper/cell-dkd-wrn-40-2-wrn-16-2-top1.html',
  'cifar100-logits-paper/cell-ofa-resnet56-resnet20-top1.html',
  'quick-proxy/index.html',
  'nights-proxy/cell-kd-resnet20-resnet8-top1.html',
  'detection-table-proxy/index.html',
  'detection-table-proxy/learned-mgd-retinanet-r50-retinanet-r18.html',
  'segmentation-table-proxy/learned-mgd-pspnet-r50-pspnet-r18.html',
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

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with the page that is open: a line per kind of fault. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(
    // Style sheets of a page from disk cannot be fetched again.
    `axe.run({ preload: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`,
  );
}

test('a browser shows every kind of page without an error, a request, a barrier, or a page wider than the screen', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const workspace = temporaryFolder(context);
  await writeDenseSample(workspace);
  await ingest({ workspace, published: writeWholeSample(workspace) });
  const out = join(workspace, 'out');
  await renderSite(databaseFile(workspace), { out, coverage: presentCoverage });
  const check = await writeGpuCheck(join(workspace, 'check'), gpuCheckSample);
  const addresses = [...pages.map((path) => join(out, path)), check.page];
  const browser = await startBrowser(context);
  const complaints: string[] = [];
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [390, 'dark'],
  ] as const) {
    const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
    page.on('console', (message) => complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    for (const path of addresses) {
      await page.goto(pathToFileURL(path).href);
      const excess = await page.evaluate(
        'document.documentElement.scrollWidth - window.innerWidth',
      );
      if (Number(excess) > 0) complaints.push(`${path} is ${excess} pixels wider than ${width}`);
      for (const found of await violations(page))
        complaints.push(`${path}, ${width} pixels, ${colorScheme}: ${found}`);
    }
    await page.close();
  }
  assert.deepEqual(complaints, []);
});

test('on a phone the answer is on the first screen, and nothing but a measurement at paper scale is green', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const browser = await startBrowser(context);
  for (const [measured, write] of [
    [true, writeWholeSample],
    [false, proxyAlone],
  ] as const) {
    const workspace = temporaryFolder(context);
    const published = write(workspace);
    await ingest({ workspace, ...(published === undefined ? {} : { published }) });
    const out = join(workspace, 'out');
    await renderSite(databaseFile(workspace), { out, coverage: presentCoverage });
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(pathToFileURL(join(out, 'index.html')).href);
    const box = await page.locator('.answer').boundingBox();
    assert.ok(box !== null && box.y + box.height <= 844, JSON.stringify(box));
    assert.match(
      (await page.locator('.headline').textContent()) ?? '',
      measured ? /^3 of 7 numbers measured by the published protocol hold\.$/ : /^Not answered/,
    );
    assert.match((await page.locator('.answer p').nth(1).textContent()) ?? '', /\d (is|claims)/);
    assert.equal((await page.locator('.reproduced').count()) > 0, measured);
  }
});

/** Published tables of ours and trials that are none of their protocol. */
function proxyAlone(workspace: string): undefined {
  writeNights(
    workspace,
    steady(3, () => 70),
    'nights',
  );
}

test('the search finds tables, methods, pairs, cells, trials and pages by keyboard alone, and leads there', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const page = await tableOfSample(context);
  await page.setViewportSize({ width: 390, height: 844 });
  const home = page.url();
  const results = page.locator('.found-list a');
  const search = async (text: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(text);
    await results.first().waitFor();
    return results.first().textContent();
  };
  assert.match(
    (await search('Logit distillation')) ?? '',
    /^table Logit distillation on CIFAR-100/,
  );
  const excess = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  assert.equal(excess, 0);
  const [list, width] = [await page.locator('.found-list').boundingBox(), 390];
  assert.ok(list !== null && list.x >= 0 && list.x + list.width <= width, JSON.stringify(list));
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.found-list').isVisible(), false);

  assert.match((await search('kd+lskd')) ?? '', /^method KD\+LSKD/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('tr.found').waitFor();
  assert.match((await page.locator('tr.found').textContent()) ?? '', /^\s*KD\+LSKD/);

  assert.match((await search('resnet56 resnet20')) ?? '', /^pair resnet56 → resnet20/);
  await page.keyboard.press('Enter');
  await page.locator('th.found').waitFor();
  assert.match((await page.locator('th.found').textContent()) ?? '', /^\s*resnet56 → resnet20/);

  await page.goto(home);
  assert.match((await search('What the words mean')) ?? '', /^page What the words mean/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/glossary\.html$/);
  // From a page at the top of the site addresses are others than from a table's.
  assert.match((await search('dkd, resnet56 below')) ?? '', /^cell DKD, resnet56/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/cell-dkd-resnet56.*\.html$/);
  const run =
    (await page.locator('section[aria-labelledby=trials] td code').first().textContent()) ?? '';
  assert.match(run, /^[0-9a-f]{16}-/);
  assert.match((await search(run)) ?? '', new RegExp(`^trial ${run.slice(0, 12)}DKD, resnet56`));
  // What was typed before is replaced, and what is not there is said not to be.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('no such thing');
  assert.equal(await page.locator('.find output').textContent(), '0 found');
  assert.equal(await page.locator('.found-list').isVisible(), false);
});

test('sorting and filter are kept over a reload, a visit to a cell and the way back', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const page = await tableOfSample(context);
  const visible = () =>
    page
      .locator('.results tbody tr:visible th')
      .evaluateAll((heads) => heads.map((head) => head.firstChild?.textContent));
  await page.getByLabel('Rows with').first().fill('kd');
  await page.locator('.results thead th').nth(1).locator('button').click();
  const chosen = await visible();
  assert.ok(chosen.length > 1 && chosen.length < 6);
  await page.reload();
  assert.deepEqual(await visible(), chosen);
  await page.locator('a.cell:visible').first().click();
  await page.waitForURL(/cell-/);
  await page.locator('header a', { hasText: 'cifar100-logits' }).click();
  await page.waitForURL(/index\.html$/);
  assert.deepEqual(await visible(), chosen);
  assert.equal(await page.getByLabel('Rows with').first().inputValue(), 'kd');
  // A method that the search leads to is shown although the filter hides it.
  await page.goto(`${page.url().split('#')[0]}#find=Student`);
  assert.ok((await visible()).includes('Student'));
  await page.getByLabel('Rows with').first().fill('');
  await page.reload();
  assert.equal((await visible()).length, 6);
});

test('the overview and a table print on A4 without losing a column', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const page = await tableOfSample(context);
  for (const [path, width] of [
    ['index.html', 1046],
    ['../index.html', 688],
  ] as const) {
    await page.goto(new URL(path, page.url()).href);
    await page.emulateMedia({ media: 'print' });
    // The width of the paper without its margins, at 96 pixels an inch.
    await page.setViewportSize({ width, height: 1000 });
    const wide = await page.evaluate(
      "[...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 100))",
    );
    assert.deepEqual(wide, [], path);
    assert.equal(await page.locator('.find, .filter, .pages').locator('visible=true').count(), 0);
  }
});

test('what got past the escaping runs nothing and loads nothing', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const page = await tableOfSample(context);
  const smuggled = [
    '<script>document.title = "inline"</script>',
    '<img src="https://redistill.invalid/p.png" onerror="document.title = \'handler\'">',
    '<script src="https://redistill.invalid/s.js"></script>',
    '<base href="https://redistill.invalid/">',
  ];
  const file = fileURLToPath(page.url());
  writeFileSync(file, readFileSync(file, 'utf8').replace('<main', `${smuggled.join('')}<main`));
  const refused: string[] = [];
  page.on('console', (message) => {
    const [words] =
      /inline script|inline event|base URI|image '\S+|script '\S+/.exec(message.text()) ?? [];
    refused.push(words ?? message.text());
  });
  await page.reload();
  assert.match(await page.title(), /CIFAR-100/);
  assert.deepEqual(refused.sort(), [
    'base URI',
    "image 'https://redistill.invalid/p.png'",
    'inline event',
    'inline script',
    "script 'https://redistill.invalid/s.js'",
  ]);
});

/** A page with the sample's table open in it. */
async function tableOfSample(context: TestContext) {
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeWholeSample(workspace) });
  const out = join(workspace, 'out');
  await renderSite(databaseFile(workspace), { out });
  const page = await (await startBrowser(context)).newPage();
  await page.goto(pathToFileURL(join(out, 'cifar100-logits-paper/index.html')).href);
  return page;
}

test('a click on a column sorts it, a second turns it round, a third restores the order of the paper', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const page = await tableOfSample(context);
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

test('typing words shows the rows that have them all, says how many, and sorting keeps them', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const page = await tableOfSample(context);
  const visible = () =>
    page
      .locator('.results tbody tr:visible th')
      .evaluateAll((heads) => heads.map((head) => head.firstChild?.textContent));
  const filter = page.getByLabel('Rows with').first();
  await filter.fill('kd lskd');
  assert.deepEqual(await visible(), ['KD+LSKD']);
  assert.equal(await page.locator('.filter output').first().textContent(), '1 of 6 rows');
  await filter.fill('REPRODUCED');
  const reproduced = await visible();
  assert.ok(reproduced.length > 1 && reproduced.length < 6);
  await page.locator('.results thead th').nth(1).locator('button').click();
  assert.deepEqual((await visible()).toSorted(), reproduced.toSorted());
  await filter.fill('');
  assert.equal((await visible()).length, 6);
});

/**
 * What a phone shows of the charts of a page: the smallest text in pixels of the screen, and by how
 * much anything drawn leaves the chart's frame.
 */
const chartsOnScreen = `[...document.querySelectorAll('.plot')].map((plot) => {
  const frame = plot.getBoundingClientRect();
  const texts = [...plot.querySelectorAll('text')].filter((text) => text.getClientRects().length > 0);
  const sizes = texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a);
  const drawn = [...texts, ...plot.querySelectorAll('path, circle')].map((each) => each.getBoundingClientRect());
  return {
    texts: texts.length,
    smallest: Math.min(...sizes),
    excess: Math.max(...drawn.map(({ left, right }) => Math.max(right - frame.right, frame.left - left))),
    right: frame.right,
  };
})`;

test('a phone shows a chart whole, to its last epoch, in letters of at least ten pixels', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const workspace = temporaryFolder(context);
  await writeDenseSample(workspace);
  await ingest({ workspace, published: writeWholeSample(workspace) });
  const out = join(workspace, 'out');
  await renderSite(databaseFile(workspace), { out });
  const page = await (await startBrowser(context)).newPage({
    viewport: { width: 390, height: 844 },
  });
  for (const path of [
    'cifar100-logits-paper/cell-kd-lskd-wrn-40-2-wrn-16-2-top1.html',
    'nights-proxy/cell-kd-resnet20-resnet8-top1.html',
    'detection-table-proxy/learned-mgd-retinanet-r50-retinanet-r18.html',
  ]) {
    await page.goto(pathToFileURL(join(out, path)).href);
    const charts = (await page.evaluate(chartsOnScreen)) as {
      texts: number;
      smallest: number;
      excess: number;
      right: number;
    }[];
    assert.ok(charts.length > 1, path);
    for (const { texts, smallest, excess, right } of charts) {
      assert.ok(texts > 5, path);
      assert.ok(smallest >= 10, `${path}: letters of ${smallest} pixels`);
      assert.ok(excess <= 0.5, `${path}: a chart leaves its frame by ${excess} pixels`);
      assert.ok(right <= 390, path);
    }
  }
  const texts = await page.locator('.plot').first().locator('text').allTextContents();
  assert.ok(texts.includes('100'), 'the end of the recalls');
});

test('a phone scrolls a table inside its frame: method and caption stay, and a forest plot is whole and readable', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const page = await tableOfSample(context);
  await page.setViewportSize({ width: 390, height: 844 });
  const frame = page.locator('.scroll').first();
  const lefts = () =>
    frame
      .locator('tbody th, thead th:first-child, caption')
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().left)));
  const before = await lefts();
  const moved = await frame.evaluate((element) => {
    element.scrollLeft = 80;
    return element.scrollLeft;
  });
  assert.equal(moved, 80, 'the table is wider than its frame');
  assert.deepEqual(await lefts(), before);
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
  const forest = (await page.evaluate(`[...document.querySelectorAll('.forest')].map((table) => {
    const frame = table.getBoundingClientRect();
    const rows = [...table.querySelectorAll('tbody td:nth-child(2) > svg')];
    const drawn = rows.flatMap((svg) => [...svg.querySelectorAll('circle, rect, path, line')]);
    const texts = [...table.querySelectorAll('text, a, .badge, .detail')];
    return {
      width: rows[0].getBoundingClientRect().width,
      left: Math.min(...drawn.map((one) => one.getBoundingClientRect().left)) - frame.left,
      right: frame.right - Math.max(...drawn.map((one) => one.getBoundingClientRect().right)),
      smallest: Math.min(...texts.map((one) => parseFloat(getComputedStyle(one).fontSize))),
      screen: frame.right,
    };
  })`)) as Record<'width' | 'left' | 'right' | 'smallest' | 'screen', number>[];
  assert.equal(forest.length, 2);
  for (const { width, left, right, smallest, screen } of forest) {
    assert.ok(width > 90, `${width} pixels for the picture`);
    assert.ok(left > 0 && right > 0, 'nothing is drawn outside');
    assert.ok(smallest >= 10, `letters of ${smallest} pixels`);
    assert.ok(screen <= 390);
  }
});
