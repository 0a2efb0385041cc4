import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { chartExamples } from './examples/index.ts';
import { examplesFolder, examplesPage, indexPage } from './examples/page.ts';

/*
 * What the charts of the report look like, as pages that a person opens: tests/reports/fixtures/
 * charts/index.html. After a wanted change: REDISTILL_UPDATE_FIXTURES=1 node tools/test.mjs
 * tests/reports/charts/examples.test.ts, then look at them.
 */
const root = join(import.meta.dirname, '../../..');
const folder = join(root, examplesFolder);
const pages = new Map([
  ['index.html', indexPage(chartExamples)],
  ...chartExamples.map((each) => [`${each.name}.html`, examplesPage(each)] as const),
]);

if (process.env['REDISTILL_UPDATE_FIXTURES'] === '1') {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
}

for (const [name, text] of pages) {
  test(`the charts of ${name} are those of its page`, () => {
    assert.equal(
      text,
      readFileSync(join(folder, name), 'utf8'),
      `look at ${examplesFolder}/${name}`,
    );
  });
}

test('every chart has examples, and no page is left of one that is gone', () => {
  const shared = 'frame.ts';
  const charts = readdirSync(join(root, 'reports/charts')).filter((file) => file !== shared);
  const names = chartExamples.map(({ name }) => name).sort();
  assert.deepEqual(names, charts.map((file) => file.replace(/\.ts$/, '')).sort());
  assert.deepEqual(readdirSync(folder).sort(), [...pages.keys()].sort());
});

const executable = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);

/** Charts of a page that nothing is seen of, and letters that leave their frame. */
const unseen = `[...document.querySelectorAll('section')].flatMap((section) => {
  const title = section.querySelector('h2').textContent;
  const charts = [...section.querySelectorAll('svg')].filter((svg) => svg.parentElement.closest('svg') === null);
  const boxes = charts.map((svg) => svg.getBoundingClientRect());
  const frame = section.getBoundingClientRect();
  const texts = [...section.querySelectorAll('text')].filter((text) => text.getClientRects().length > 0)
    .map((text) => text.getBoundingClientRect());
  return [
    ...(charts.length > 0 ? [] : [title + ': no chart']),
    ...boxes.filter((box) => box.width < 8 || box.height < 8).map(() => title + ': a chart without room'),
    ...texts.filter(({ left, right }) => left < frame.left - 0.5 || right > frame.right + 0.5)
      .map(({ left }) => title + ': letters beside the chart, from ' + left),
  ];
})`;

test('a browser shows every example, with the style of the report', {
  skip: executable === undefined ? 'there is no Chromium on this machine' : false,
}, async (context) => {
  const browser = await chromium.launch({
    executablePath: executable as string,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  context.after(() => browser.close());
  for (const width of [1280, 390]) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    for (const name of pages.keys()) {
      await page.goto(pathToFileURL(join(folder, name)).href);
      assert.deepEqual(await page.evaluate(unseen), [], `${name} at ${width}`);
      const paper = await page.evaluate(
        `getComputedStyle(document.body).getPropertyValue('--paper')`,
      );
      assert.equal(paper, '#ffffff', `${name} has its style sheet`);
    }
    await page.close();
  }
});
