import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, lchownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { lintPublished } from '../../../app/lint-published.ts';
import { readConfig } from '../../../app/own/config.ts';
import { findConfig } from '../../../app/own/find-config.ts';
import { useOwn, useOwnTables } from '../../../app/own/use.ts';
import { plan } from '../../../app/plan.ts';
import { loadPublished } from '../../../reference/published/loader.ts';
import { loadRecipe } from '../../../reference/recipes/loader.ts';
import { listSuites, loadSuite } from '../../../suites/load.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { cosine, study, write } from './repository.ts';

/** A repository with these files, its configuration among them. */
function repository(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, '.git'));
  write(folder, files);
  return folder;
}

function effects(cwd: string) {
  const said: string[] = [];
  return { cwd, said, notice: (line: string) => void said.push(line) };
}

const recipe = (name: string) => `
schemaVersion: 1
recipes:
  ${name}:
    title: A short training
    source: [ours]
    protocol:
      epochs: 3
      batchSize: 64
      dropLast: false
      optimizer: { kind: sgd, lr: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0.0005 }
      schedule: { kind: constant }
      augmentation: { crop: null, flip: true }
      labelSmoothing: 0
      trainPictures: null
`;

const table = (id: string) => `
id: ${id}
paper: { key: own, title: A paper, arxiv: null, venue: none, year: 2026 }
caption: Top-1 of one pair
dataset: cifar100
metric: { name: top1, unit: "%", higher_is_better: true, decimals: 2 }
protocol: { epochs: 240, runs_averaged: 3, notes: none }
source: { kind: paper-page, where: "Table 1", read_on: "2026-11-29" }
trust: primary
columns:
  - { id: resnet32x4__resnet8x4, teacher: resnet32x4, student: resnet8x4, teacher_score: 79.42, student_score: 72.5 }
rows:
  - { method: Cosine, values: { resnet32x4__resnet8x4: 75.12 } }
`;

describe('a configuration', () => {
  const config = { 'redistill.config.yaml': 'suites: []\n' };

  it('is that of the folder, or of one above it in the same repository', (t) => {
    const folder = repository(t, config);
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    assert.equal(findConfig(join(folder, 'deep/er')), join(folder, 'redistill.config.yaml'));
    assert.equal(findConfig(folder), join(folder, 'redistill.config.yaml'));
  });

  it('is never one from above the repository, or from above a folder in none', (t) => {
    const above = temporaryFolder(t);
    write(above, {
      ...config,
      'strange/.git/HEAD': '',
      'strange/src/a.txt': '',
      'plain/a.txt': '',
    });
    assert.equal(findConfig(join(above, 'strange/src')), null);
    assert.equal(findConfig(join(above, 'plain')), null);
    assert.equal(findConfig(above), join(above, 'redistill.config.yaml'));
  });

  it('of another user is an error', { skip: process.getuid === undefined && 'no users' }, (t) => {
    const folder = repository(t, config);
    const file = join(folder, 'redistill.config.yaml');
    const user = process.getuid?.() as number;
    // Root can give a file away; anybody else can only be somebody else.
    const owner = user === 0 ? 12345 : user;
    if (user === 0) chownSync(file, owner, owner);
    else t.mock.method(process as Required<NodeJS.Process>, 'getuid', () => user + 1);
    const message = new RegExp(`\\(${owner}\\)`);
    assert.throws(() => findConfig(folder), { code: 'CONFIG_OWNER', message });
    assert.deepEqual(readConfig(file, 'it').suites, []);
  });

  it("is refused where it is another user's link to a file of one's own", {
    skip: process.getuid?.() !== 0 && 'needs root',
  }, (t) => {
    const mine = repository(t, config);
    const shared = temporaryFolder(t);
    const link = join(shared, 'redistill.config.yaml');
    symlinkSync(join(mine, 'redistill.config.yaml'), link);
    assert.equal(findConfig(shared), link);
    lchownSync(link, 12345, 12345);
    assert.throws(() => findConfig(shared), { code: 'CONFIG_OWNER', message: /\(12345\)/ });
  });

  it('is not overlooked where it is a link that leads nowhere', async (t) => {
    const folder = temporaryFolder(t);
    symlinkSync(join(folder, 'gone.yaml'), join(folder, 'redistill.config.yaml'));
    await assert.rejects(useOwn({}, effects(folder)), {
      code: 'CONFIG_FILE',
      message: /redistill\.config\.yaml cannot be read \(ENOENT\)/,
    });
  });

  for (const field of ['suites', 'recipes', 'published']) {
    it(`names no pipe as ${field}: opening it would wait for ever`, async (t) => {
      const folder = repository(t, { 'redistill.config.yaml': `\n${field}: [pipe.yaml]\n` });
      execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
      await assert.rejects(useOwn({}, effects(folder)), {
        code: 'CONFIG_FILE',
        message: new RegExp(`:2: ${field}\\[0\\]: .*pipe\\.yaml is a FIFO and no file`),
      });
    });
  }

  const refused = (what: string, text: string, code: string, message: RegExp) =>
    it(`is refused with ${what}`, async (t) => {
      const folder = repository(t, { 'redistill.config.yaml': text });
      await assert.rejects(useOwn({}, effects(folder)), { code, message, exitCode: 2 });
    });

  refused('an unknown field', 'plugin: [a.ts]', 'CONFIG_SCHEMA', /config\.yaml:1: .*plugin/);
  refused('a text for a list', 'plugins: a.ts', 'CONFIG_SCHEMA', /plugins/);
  refused('no YAML', 'plugins: [', 'CONFIG_SYNTAX', /config\.yaml/);
  refused(
    'a missing file',
    '\nplugins:\n  - a.ts',
    'CONFIG_FILE',
    /:3: plugins\[0\]: there is no "a\.ts"/,
  );
  refused('a missing folder', 'suites: [no]', 'CONFIG_FILE', /suites\[0\]: there is no "no"/);
});

describe('what a repository adds', () => {
  it('is planned by name, beside ours, and told of on standard error', async (t) => {
    const folder = repository(t, {
      ...cosine('cosine-c'),
      'suites/cosine-c-study.yaml': study('cosine-c-study', 'cosine-c'),
      'redistill.config.yaml': 'plugins: [methods/cosine.ts]\nsuites: [suites]\n',
    });
    const all = effects(folder);
    const { plan: planned } = await plan({ suite: 'cosine-c-study', store: true }, all);
    assert.deepEqual(all.said, [
      'Using redistill.config.yaml: the program methods/cosine.ts, 1 suite.',
    ]);
    assert.ok(planned.rows.some(({ method }) => method === 'cosine-c+lskd'));
    assert.ok(listSuites().includes('cosine-c-study'));
    // It stays for the process, and is told of once.
    await plan({ suite: 'cosine-c-study' }, all);
    assert.equal(all.said.length, 1);
  });

  it('is planned where its method asks for weights, which only a worker has', async (t) => {
    const folder = repository(t, {
      'methods/reads.ts': `
        import { defineMethod, option } from 'redistill/kinds';

        export default defineMethod({
          kind: 'network',
          id: 'reads-weights',
          title: 'A method that starts from the classifier of its teacher',
          reference: { paper: 'unpublished', equations: 'none', official: 'this file' },
          options: { ceWeight: option.weight(1, 'Weight of the cross-entropy', 'ours') },
          refuses: () => null,
          build: (_, { teacherWeights }) => {
            const { length } = teacherWeights['fc.weight'];
            return { params: [], terms: () => ({ own: length }) };
          },
        });
      `,
      'suites/reads-study.yaml': study('reads-study', 'reads-weights').replace(/.*\+lskd.*\n/, ''),
      'redistill.config.yaml': 'plugins: [methods/reads.ts]\nsuites: [suites]\n',
    });
    const { plan: planned } = await plan({ suite: 'reads-study', store: true }, effects(folder));
    assert.ok(planned.rows.some(({ method }) => method === 'reads-weights'));
  });

  it('has recipes and published tables', async (t) => {
    const folder = repository(t, {
      'recipes.yaml': recipe('own-short'),
      'published/own-table1.yaml': table('own-table1'),
      'published/selection.yaml':
        'default: { selection: last, basis: the paper says so }\ntables: {}\n',
      'redistill.config.yaml': 'recipes: [recipes.yaml]\npublished: [published]\n',
    });
    await useOwnTables({}, effects(folder));
    assert.equal(loadRecipe('own-short').epochs, 3);
    const cell = loadPublished().cell('own-table1', 'Cosine', 'resnet32x4__resnet8x4');
    assert.equal(cell?.value, 75.12);
    assert.equal(cell?.selection, 'last');
    const { fails } = await lintPublished({}, effects(folder));
    assert.equal(fails, false);
  });

  const conflict = (
    what: string,
    files: Readonly<Record<string, string>>,
    code: string,
    message: RegExp,
  ) =>
    it(`may not have the name of ${what}`, async (t) => {
      const folder = repository(t, {
        ...files,
        'redistill.config.yaml':
          'suites: [suites]\nrecipes: [recipes.yaml]\npublished: [published]\n',
      });
      write(folder, { 'suites/none.txt': '', 'published/none.txt': '' });
      await assert.rejects(useOwnTables({}, effects(folder)), { code, message, exitCode: 2 });
    });
  const nothing = { 'recipes.yaml': 'schemaVersion: 1\nrecipes: {}\n' };
  conflict(
    'a suite of ours',
    { ...nothing, 'suites/default.yaml': study('default', 'kd') },
    'SUITE_CONFLICT',
    /suites\/default\.yaml:3: id: .*suites\/default\.yaml is called "default" too/,
  );
  conflict(
    'a recipe of ours',
    { 'recipes.yaml': recipe('cifar-240') },
    'RECIPE_CONFLICT',
    /recipes\.yaml:4: recipes\.cifar-240: .*reference\/recipes\/recipes\.yaml/,
  );
  conflict(
    'a published table of ours',
    { ...nothing, 'published/a.yaml': table('lskd-table1') },
    'PUBLISHED_DUPLICATE',
    /a\.yaml:2: id: .*reference\/published\/tables has a table "lskd-table1"/,
  );
  conflict(
    'another file of the user',
    { ...nothing, 'published/b.yaml': table('twice'), 'published/c.yaml': table('twice') },
    'PUBLISHED_DUPLICATE',
    /c\.yaml:2: id: .*b\.yaml has a table "twice" already/,
  );

  it('is named where a suite asks for a method that is near', async (t) => {
    const folder = repository(t, {
      ...cosine('cosine-d'),
      'near.yaml': study('near', 'cosine-dd'),
      'redistill.config.yaml': 'plugins: [methods/cosine.ts]\n',
    });
    await assert.rejects(plan({ suite: join(folder, 'near.yaml') }, effects(folder)), {
      message: /Did you mean "cosine-d"\?/,
    });
    assert.equal(loadSuite(join(folder, 'near.yaml')).id, 'near');
  });
});
