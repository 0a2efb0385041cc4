import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseHTML } from 'linkedom';
import { renderSite, siteFiles } from '../../reports/site.ts';
import { markerFile, writeSite } from '../../reports/site-writer.ts';
import { ingest } from '../../results/ingest.ts';
import type { PublishedNumberRow } from '../../results/published.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeSample } from './sample.ts';
import { writeWholeSample } from './whole-sample.ts';

const golden = fileURLToPath(new URL('./fixtures/site/', import.meta.url));

/** What is compared with the fixtures: every kind of page, with and without results. */
const goldenPages = [
  'index.html',
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
  'quick-proxy/cell-dkd-resnet56-resnet20-top1.html',
  'nights-proxy/cell-kd-resnet20-resnet8-top1.html',
];

async function filesOf(
  workspace: string,
  published: readonly PublishedNumberRow[],
): Promise<ReadonlyMap<string, string>> {
  await ingest({ workspace, published });
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const files = new Map<string, string>();
    for await (const [path, content] of siteFiles(store)) files.set(path, content);
    return files;
  } finally {
    store.close();
  }
}

async function sampleFiles(context: TestContext): Promise<ReadonlyMap<string, string>> {
  const workspace = temporaryFolder(context);
  return filesOf(workspace, writeWholeSample(workspace));
}

/** Everything below a folder, by path with slashes. */
function tree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [
        path.slice(folder.length + 1).replaceAll('\\', '/'),
        readFileSync(path, 'utf8'),
      ]),
  );
}

test('the pages are those of the fixtures (REDISTILL_UPDATE_FIXTURES=1 writes them anew)', async (context) => {
  const files = await sampleFiles(context);
  if (process.env['REDISTILL_UPDATE_FIXTURES'] === '1') {
    rmSync(golden, { recursive: true, force: true });
    for (const page of goldenPages) {
      mkdirSync(dirname(join(golden, page)), { recursive: true });
      writeFileSync(join(golden, page), files.get(page) as string);
    }
  }
  for (const page of goldenPages) {
    assert.equal(files.get(page), readFileSync(join(golden, page), 'utf8'), page);
  }
});

test('the same journals give byte-identical sites, whatever the order in which they came', async (context) => {
  const [one, other] = [temporaryFolder(context), temporaryFolder(context)];
  const published = writeSample(one);
  writeSample(other);
  const first = await filesOf(one, published);
  const folders = readdirSync(join(other, 'runs')).filter((name) => name !== 'plans');
  const late = join(other, 'late');
  mkdirSync(late);
  for (const folder of folders.slice(0, 20)) {
    renameSync(join(other, 'runs', folder), join(late, folder));
  }
  await ingest({ workspace: other, published: [...published].reverse() });
  for (const folder of folders.slice(0, 20)) {
    renameSync(join(late, folder), join(other, 'runs', folder));
  }
  const second = await filesOf(other, published);
  assert.deepEqual([...second], [...first]);
});

test('every link leads to a file of the site, and nothing is fetched from elsewhere', async (context) => {
  const files = await sampleFiles(context);
  for (const [path, html] of files) {
    if (!path.endsWith('.html')) continue;
    const { document } = parseHTML(html);
    for (const element of document.querySelectorAll('[href], [src]')) {
      const target = element.getAttribute('href') ?? (element.getAttribute('src') as string);
      if (target.startsWith('#'))
        assert.ok(document.querySelector(`[id="${target.slice(1)}"]`), `${path}: ${target}`);
      else if (target !== 'data:,') {
        const [file = '', id] = target.split('#');
        const page = files.get(posix.join(posix.dirname(path), file));
        assert.ok(page !== undefined, `${path}: ${target}`);
        if (id !== undefined) assert.ok(page.includes(` id="${id}"`), `${path}: ${target}`);
      }
    }
  }
});

test('tables, pictures and pages say what they are to who cannot see them', async (context) => {
  for (const [path, html] of await sampleFiles(context)) {
    if (!path.endsWith('.html')) continue;
    const { document } = parseHTML(html);
    assert.equal(document.querySelectorAll('h1').length, 1, path);
    assert.equal(document.querySelectorAll('th:not([scope])').length, 0, path);
    for (const region of document.querySelectorAll('.scroll')) {
      const label = region.getAttribute('aria-labelledby');
      assert.ok(
        label === null
          ? region.getAttribute('aria-label')
          : document.querySelector(`[id="${label}"]`),
        path,
      );
    }
    for (const svg of document.querySelectorAll('.plot > svg')) {
      assert.equal(svg.getAttribute('role'), 'img');
      assert.match(
        svg.getAttribute('aria-label') ?? '',
        /(seed 1.* from .* in epoch|executions?, from .* change point)/,
      );
    }
    for (const svg of document.querySelectorAll('.map, .strip')) {
      assert.equal(svg.getAttribute('role'), 'img', path);
      assert.match(svg.getAttribute('aria-label') ?? '', /: \d+ \w/, path);
    }
    for (const badge of document.querySelectorAll('.badge'))
      assert.match(badge.textContent ?? '', /\S \w/, path);
  }
});

test('a proxy result is never set against a published number', async (context) => {
  const files = await sampleFiles(context);
  const pages = [...files].filter(([path]) => path.startsWith('quick-proxy/'));
  assert.equal(pages.length, 5);
  for (const [path, html] of pages) {
    const { document } = parseHTML(html);
    const words = [...document.querySelectorAll('.badge')].map((badge) =>
      badge.textContent?.replace(/^\S+ /, ''),
    );
    assert.deepEqual(new Set(words), new Set(['not comparable']), path);
    assert.ok(document.querySelector('.scale-proxy'), path);
    assert.doesNotMatch(html, /<d[td]>difference/i, path);
    for (const plot of document.querySelectorAll('.plot'))
      assert.doesNotMatch(plot.textContent ?? '', /published/, path);
  }
  const { document } = parseHTML(files.get('quick-proxy/index.html') as string);
  assert.ok(!(document.querySelector('table.results')?.textContent ?? '').includes('70.66'));
  const apart = document.querySelector('#metric-1-published');
  assert.match(apart?.textContent ?? '', /at paper scale/);
  assert.match(
    apart?.nextElementSibling?.textContent ?? '',
    /not comparable with them: resnet20 to resnet8/,
  );
});

test('HTML, quotes and SQL in every name a user can choose are text', async (context) => {
  const workspace = temporaryFolder(context);
  const hostile = `<script>alert("x")</script>'; DROP TABLE runs; -- "><img src=x onerror=alert(1)> {{ 7 * 7 }} &amp;`;
  const spec = makeSpec({
    model: hostile,
    method: hostile,
    hyper: { [hostile]: hostile },
    data: { dataset: hostile, hash: 'e'.repeat(64) },
  });
  const failed = makeSpec({ seed: 2, method: hostile, model: hostile });
  writeJournal(
    workspace,
    makeJournal({ spec, accuracies: [10, 20], events: [{ kind: hostile, message: hostile }] }),
  );
  writeJournal(
    workspace,
    makeJournal({ spec: failed, accuracies: [1], end: { state: 'failed', reason: hostile } }),
  );
  writePlan(
    workspace,
    makePlan({
      title: hostile,
      notComparable: hostile,
      column: hostile,
      student: hostile,
      rows: [
        { name: hostile, method: hostile, specs: [spec, failed] },
        { name: `${hostile}/../../..`, method: 'kd', specs: [], notRun: hostile },
      ],
    }),
  );
  const files = await filesOf(workspace, []);
  assert.equal([...files.keys()].filter((path) => path.endsWith('.html')).length, 16);
  for (const [path, html] of files) {
    assert.match(path, /^[a-z0-9.-]+(\/[a-z0-9.-]+)?$/);
    if (!path.endsWith('.html')) continue;
    const { document } = parseHTML(html);
    assert.equal(document.querySelectorAll('script').length, 2, path);
    assert.equal(document.querySelectorAll('img, [onerror]').length, 0, path);
    // The glossary and the claims name nothing of this workspace: none of its methods is in a
    // claim.
    if (path !== 'glossary.html' && !path.startsWith('claims'))
      assert.ok(document.body.textContent?.includes(hostile), path);
  }
});

test('an empty database gives an overview that says how to begin', async (context) => {
  const files = await filesOf(temporaryFolder(context), []);
  assert.match(files.get('index.html') as string, /Nothing was measured in this workspace yet/);
});

test('a site replaces the one before, and only that', async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeSample(workspace) });
  const out = join(workspace, 'reports', 'out');
  const { pages, index } = await renderSite(databaseFile(workspace), { out });
  assert.equal(pages, 31);
  assert.equal(index, join(out, 'index.html'));
  const before = tree(out);
  writeFileSync(join(out, 'stale.html'), 'of an older report');
  await renderSite(databaseFile(workspace), { out });
  assert.deepEqual(tree(out), before);
  assert.deepEqual(readdirSync(dirname(out)), ['out']);
});

test('a folder that is no report is refused untouched, and a failed write keeps the old report', async (context) => {
  const folder = temporaryFolder(context);
  const precious = join(folder, 'precious');
  mkdirSync(precious);
  writeFileSync(join(precious, 'thesis.txt'), 'years of work');
  await assert.rejects(writeSite(precious, new Map([['index.html', '']])), {
    code: 'REPORT_OUT',
    exitCode: 2,
  });
  assert.deepEqual(tree(precious), { 'thesis.txt': 'years of work' });
  const out = join(folder, 'out');
  const old = new Map([
    ['index.html', 'old'],
    [markerFile, '{}'],
  ]);
  await writeSite(out, old);
  // A file where a folder must be: the write fails half way.
  const broken = new Map([
    ['index.html', 'new'],
    ['index.html/page.html', 'impossible'],
  ]);
  await assert.rejects(writeSite(out, broken), { code: 'FILE_WRITE' });
  assert.deepEqual(tree(out), Object.fromEntries(old));
  assert.deepEqual(readdirSync(folder).sort(), ['out', 'precious']);
  assert.equal(existsSync(join(out, 'page.html')), false);
});
