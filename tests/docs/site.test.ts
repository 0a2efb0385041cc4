import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../../common/files.ts';
import { addressOf, siteHref } from '../../tools/docs/build.mjs';
import { linkFindings } from '../../tools/docs/links.mjs';
import { temporaryFolder } from '../results/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the guides as a site', () => {
  let folder = '';
  let site = '';
  after(() => rmSync(folder, { recursive: true, force: true }));
  before(() => {
    folder = makeTemporaryFolder('redistill-docs-');
    site = join(folder, 'site');
    // In a process of its own: Eleventy keeps state of the process.
    execFileSync(process.execPath, ['tools/docs.mjs', site], { cwd: root, stdio: 'pipe' });
  });

  test('is built whole, and every link and fragment in it leads somewhere', () => {
    assert.deepEqual(linkFindings(site), []);
    const pages = readdirSync(site, { recursive: true, encoding: 'utf8' });
    const guides = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map(addressOf);
    for (const guide of guides) assert.ok(pages.includes(guide), guide);
  });

  test('has every guide in its navigation, with a title of its own', () => {
    const home = readFileSync(join(site, 'index.html'), 'utf8');
    const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    for (const guide of guides) {
      assert.ok(
        home.includes(`<li><a href="${addressOf(guide)}"`),
        `docs/navigation.yaml does not name ${guide}`,
      );
    }
    const page = readFileSync(join(site, 'gpu.html'), 'utf8');
    assert.match(page, /<title>GPUs · Redistill<\/title>/);
    assert.match(page, /aria-current="page">GPUs</);
  });

  test('lets no page load anything from elsewhere', () => {
    const page = readFileSync(join(site, 'decisions/index.html'), 'utf8');
    assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
    assert.match(page, /<link rel="stylesheet" href="\.\.\/style\.css">/);
  });
});

test('links are rewritten to the pages of the site', () => {
  const pages = new Set(['../SECURITY.md']);
  const cases = [
    ['slurm.md', '.', 'slurm.html'],
    ['slurm.md#the-configuration', '.', 'slurm.html#the-configuration'],
    ['../slurm.md', 'decisions', '../slurm.html'],
    ['decisions/README.md', '.', 'decisions/index.html'],
    ['docs/slurm.md', '..', 'slurm.html'],
    ['../SECURITY.md', '.', 'SECURITY.html'],
    ['SECURITY.md', '..', 'SECURITY.html'],
    ['../reference/claims/claims.yaml', '.', null],
    ['#place', '.', '#place'],
    ['https://duckdb.org', '.', 'https://duckdb.org'],
  ] as const;
  for (const [href, from, expected] of cases) {
    assert.equal(siteHref(href, from, pages), expected, `${href} from ${from}`);
  }
});

test('broken links, fragments and foreign resources are found', (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, 'below'));
  writeFileSync(
    join(folder, 'index.html'),
    `<h1 id="here">x</h1><a href="#here">1</a><a href="#gone">2</a><a href="below/page.html#there">3</a>
     <a href="missing.html">4</a><a href="below">5</a><a href="/absolute">6</a><a href="https://example.org">7</a>
     <img src="https://example.org/a.png"><img src="missing.png"><link href="//cdn.example.org/a.css">`,
  );
  writeFileSync(
    join(folder, 'below/page.html'),
    '<h1 id="there">x</h1><a href="../index.html#here">1</a><script>1</script>',
  );
  assert.deepEqual(linkFindings(folder), [
    'index.html: #gone: there is no such place on that page',
    'index.html: missing.html leads nowhere',
    'index.html: below leads nowhere',
    'index.html: /absolute works in one place only',
    'index.html: loads https://example.org/a.png',
    'index.html: missing.png leads nowhere',
    'index.html: loads //cdn.example.org/a.css',
    'below/page.html: has a script',
  ]);
});
