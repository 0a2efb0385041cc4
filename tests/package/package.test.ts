/*
 * What `npm pack` makes, and that it does below node_modules what the checkout does.
 * tests/long/package.test.ts installs it from the registry and trains.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { codeRoot as root } from '../../common/installation.mjs';
import { nodeArguments } from '../../runners/engine/environment.ts';
import type { KindsOfTrial } from '../../runners/training/fingerprint/kinds-used.ts';
import { externalNumerics, numerics } from '../../runners/training/fingerprint/numerics.ts';
import { ownClosure } from '../../runners/training/fingerprint/own-closure.ts';
import { ownCheckout } from '../../runners/training/fingerprint/own-sources.ts';
import { study } from '../app/own/repository.ts';
import { type MadePackage, packCheckout, printed, projectWith } from './installed.ts';

interface Manifest {
  readonly private: boolean;
  readonly bin: Record<string, string>;
  readonly exports: Record<string, string | { types: string; default: string }>;
  readonly dependencies: Record<string, string>;
  readonly scripts?: unknown;
}

interface Lock {
  readonly packages: Record<string, { version: string; integrity?: string; dev?: boolean }>;
}

const conditions = {
  tensorflow: '2.21.0',
  threads: { intra: 1, inter: 1 },
  device: 'cpu',
  mode: 'recorded',
} as const;
const trials: readonly KindsOfTrial[] = [
  {
    ...{ task: 'classification', method: 'dkd+sdd+lskd', model: 'resnet8' },
    ...{ teacher: { model: 'resnet20' }, data: { dataset: 'embedded-small' } },
  },
  {
    ...{ task: 'detection', method: 'fgd', model: 'retinanet-r18w16-fpn32' },
    ...{ teacher: { model: 'retinanet-r18w32-fpn64' }, data: { dataset: 'embedded-scenes-small' } },
  },
  {
    ...{ task: 'segmentation', method: 'cwd', model: 'pspnet-r18w8-d8' },
    ...{ teacher: { model: 'pspnet-r18w16-d8' }, data: { dataset: 'embedded-scenes-small' } },
  },
];

describe('a package', () => {
  let made: MadePackage;
  let project = '';
  let installed = '';
  let files: readonly string[] = [];
  const json = <T>(name: string) => JSON.parse(readFileSync(join(installed, name), 'utf8')) as T;
  before(() => {
    made = packCheckout();
    ({ project, installed } = projectWith(made));
    files = filesBelow(installed);
  });
  after(() => {
    if (project === '') return;
    const { bindingFolder } = JSON.parse(
      inPackage(
        `import { bindingFolder } from '${inside('runners/engine/native-package.mjs')}';
         console.log(JSON.stringify({ bindingFolder: bindingFolder() }));`,
      ),
    ) as { bindingFolder: string };
    rmSync(bindingFolder, { recursive: true, force: true });
    made.dispose();
  });

  const inside = (path: string) => pathToFileURL(join(installed, 'dist', path)).href;
  /** What a module prints that a user's project runs. */
  function inPackage(code: string): string {
    const file = join(project, 'module.mjs');
    writeFileSync(file, code);
    return printed(project, process.execPath, [...nodeArguments(), file]);
  }
  const redistill = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(installed, 'dist/cli/bin.js'), ...args], {
      cwd: project,
      encoding: 'utf8',
    });

  /**
   * What the compiler finds wrong with a file and with our declarations, which are checked, too.
   * Those of TensorFlow's own package do not stand such a check.
   */
  function typeErrors(file: string): readonly string[] {
    const compilerOptions = {
      ...{ strict: true, skipLibCheck: false, noEmit: true, exactOptionalPropertyTypes: true },
      ...{ module: 'nodenext', target: 'es2023', types: ['node'] },
    };
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: [file] }),
    );
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--project', project], {
      cwd: project,
      encoding: 'utf8',
    });
    return stdout
      .split('\n')
      .filter((line) => line.startsWith(file) || line.includes('node_modules/redistill/'));
  }

  it('leaves the checkout as it was', () => {
    assert.equal(printed(made.checkout, 'git', ['status', '--porcelain', '--ignored']), '');
  });

  it('holds compiled code with its declarations, and sources for the fingerprint alone', () => {
    const sources = files.filter((path) => /(?<!\.d)\.ts$/.test(path));
    assert.ok(sources.length > 200);
    assert.deepEqual(
      sources.filter((path) => !path.startsWith('dist/sources/')),
      [],
    );
    const top = new Set(files.map((path) => path.split('/')[0]));
    assert.deepEqual([...top].sort(), [
      'LICENSE',
      'README.md',
      'dist',
      'npm-shrinkwrap.json',
      'package.json',
    ]);
    for (const folder of ['tests', 'docs', 'tools/package', 'node_modules']) {
      assert.equal(existsSync(join(installed, 'dist', folder)), false, folder);
    }
    // What every folder of the checkout has, the package has: by rule, and not by a list.
    const tracked = printed(made.checkout, 'git', [
      'ls-files',
      'app',
      'reports',
      'reference',
      'cli',
    ]);
    for (const path of tracked.trimEnd().split('\n')) {
      const packed = `dist/${path.replace(/(?<!\.d)\.ts$/, '.js')}`;
      assert.ok(files.includes(packed), packed);
    }
  });

  it('exports what exists, and cannot be published by accident', () => {
    const { private: closed, bin, exports, scripts } = json<Manifest>('package.json');
    assert.equal(closed, true);
    assert.equal(scripts, undefined);
    const targets = [
      ...Object.values(bin),
      ...Object.values(exports).flatMap((target) =>
        typeof target === 'string' ? [target] : [target.types, target.default],
      ),
    ];
    for (const target of targets) assert.ok(existsSync(join(installed, target)), target);
    const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
    assert.deepEqual(Object.keys(exports), Object.keys(own.exports));
    // Nothing listens there, so that a package which is not private would be lost.
    const nowhere = ['--registry', 'http://127.0.0.1:1/', '--//127.0.0.1:1/:_authToken=none'];
    // Before it refuses, npm asks that registry; by default it tries again for more than a minute.
    const once = ['--fetch-retries', '0'];
    const { stderr } = spawnSync('npm', ['publish', made.tarball, ...nowhere, ...once], {
      cwd: project,
      encoding: 'utf8',
    });
    assert.match(stderr, /EPRIVATE/);
  });

  it('pins what the checkout is tested with, and runs no install script of the binding', () => {
    const shrinkwrap = json<Lock>('npm-shrinkwrap.json').packages;
    const lock = (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock)
      .packages;
    const names = Object.keys(shrinkwrap).filter((folder) => folder !== '');
    assert.ok(names.length > 100);
    for (const folder of names) {
      assert.equal(shrinkwrap[folder]?.version, lock[folder]?.version, folder);
      assert.equal(shrinkwrap[folder]?.integrity, lock[folder]?.integrity, folder);
    }
    for (const folder of ['node_modules/typescript', 'node_modules/@tensorflow/tfjs-node-gpu']) {
      assert.ok(folder in lock && !(folder in shrinkwrap), folder);
    }
    const { dependencies } = json<Manifest>('package.json');
    assert.equal('@tensorflow/tfjs-node-gpu' in dependencies, false);
    for (const [name, version] of Object.entries(dependencies)) {
      assert.equal(shrinkwrap[`node_modules/${name}`]?.version, version, name);
    }
    const vendored = json<{ scripts?: unknown }>('dist/vendor/tfjs-node-gpu/package.json');
    assert.equal(vendored.scripts, undefined);
  });

  it('sets itself up, plans and says which commit it is', () => {
    const version = redistill('--version');
    assert.equal(version.stdout, '0.1.0\n', version.stderr);
    const missing = redistill('doctor');
    assert.equal(missing.status, 3, missing.stdout);
    assert.match(
      missing.stdout,
      /the binding is not built\s+Run "npx --no-install redistill setup/,
    );
    const set = redistill('setup');
    assert.equal(set.status, 0, set.stderr);
    const plan = redistill('plan', 'default@smoke', '--json');
    assert.equal(plan.status, 0, plan.stderr);
    assert.ok(JSON.parse(plan.stdout).plan.trials.length > 0);
    const state = inPackage(
      `import { checkoutVersion } from '${inside('runners/training/machine.js')}';
       console.log(JSON.stringify(checkoutVersion()));`,
    );
    assert.deepEqual(JSON.parse(state), { commit: made.commit, dirty: false });
  });

  it('has the fingerprints of its checkout', () => {
    const computed = inPackage(
      `import { numerics, externalNumerics } from '${inside('runners/training/fingerprint/numerics.js')}';
       const conditions = ${JSON.stringify(conditions)};
       const of = ${JSON.stringify(trials)}.map((trial) => numerics(conditions, trial));
       console.log(JSON.stringify([...of, externalNumerics(conditions)]));`,
    );
    const expected = [
      ...trials.map((trial) => numerics(conditions, trial)),
      externalNumerics(conditions),
    ];
    assert.deepEqual(JSON.parse(computed), JSON.parse(JSON.stringify(expected)));
  });

  it('is typed for strict projects', () => {
    writeFileSync(
      join(project, 'use.ts'),
      `import { plan, type PlanResult, RedistillError } from 'redistill';
       const result: PlanResult = await plan({ suite: 'default@smoke', workspace: 'elsewhere' });
       const trials: number = result.plan.trials.length;
       console.log(trials, RedistillError.name);
       // @ts-expect-error: no option of that name
       await plan({ suit: 'default' }).catch(() => {});`,
    );
    assert.deepEqual(typeErrors('use.ts'), []);
    assert.match(printed(project, process.execPath, ['use.ts']), /^\d+ RedistillError\n$/);
  });

  it('takes a method of the project, typed by what the package exports', () => {
    writeFileSync(
      join(project, 'half.ts'),
      `import { defineMethod, option, tf } from 'redistill/kinds';

       export default defineMethod({
         kind: 'logits',
         id: 'half',
         title: 'Half of the squared distance of the logits',
         reference: { paper: 'unpublished', equations: '|s - t|^2 / 2', official: 'this file' },
         options: {
           ceWeight: option.weight(1, 'Weight of the cross-entropy', 'ours'),
           kdWeight: option.weight(1, 'Weight of the distance', 'ours'),
         },
         rowLoss: ({ student, teacher }) =>
           tf.div(tf.sum(tf.square(tf.sub(student, teacher)), 1), 2),
       });
       // @ts-expect-error: a method has an id
       export const nameless = () => defineMethod({ kind: 'logits', title: 'None' });
       // @ts-expect-error: no shape
       export const misread = () => tf.reshape(1);`,
    );
    assert.deepEqual(typeErrors('half.ts'), []);
    writeFileSync(
      join(project, 'redistill.config.yaml'),
      'plugins: [half.ts]\nsuites: [mine.yaml]\n',
    );
    writeFileSync(join(project, 'mine.yaml'), study('mine', 'half'));
    const { status, stdout, stderr } = redistill('plan', 'mine@smoke', '--json');
    assert.equal(status, 0, `${stdout}${stderr}`);
    const methods = (JSON.parse(stdout).plan.trials as { spec: { method: string } }[]).map(
      ({ spec }) => spec.method,
    );
    assert.ok(methods.includes('half'), methods.join());
    // Of the sources behind its fingerprint, some are only read for a user's method.
    const { numerics: computed, checkout } = JSON.parse(
      inPackage(
        `import { numerics } from '${inside('runners/training/fingerprint/numerics.js')}';
         import { ownClosure } from '${inside('runners/training/fingerprint/own-closure.js')}';
         import { ownCheckout } from '${inside('runners/training/fingerprint/own-sources.js')}';
         const own = [ownClosure(${JSON.stringify(join(project, 'half.ts'))}, 'half.ts')];
         const trial = ${JSON.stringify({ ...trials[0], method: 'half' })};
         const of = numerics(${JSON.stringify(conditions)}, trial, ownCheckout(), own);
         console.log(JSON.stringify({ numerics: of, checkout: own[0].api }));`,
      ),
    );
    assert.deepEqual(checkout, ['runners/api/index.ts']);
    const own = [ownClosure(join(project, 'half.ts'), 'half.ts')];
    const trial = { ...(trials[0] as KindsOfTrial), method: 'half' };
    const expected = numerics(conditions, trial, ownCheckout(), own);
    assert.equal(computed.fingerprint, expected.fingerprint);
    rmSync(join(project, 'redistill.config.yaml'));
  });

  it('has written nothing below node_modules', () => {
    assert.deepEqual(filesBelow(installed), files);
  });

  it('refuses to name numbers by sources that its code is no longer made of', () => {
    const edited = join(installed, 'dist/runners/distillers/kd-rows.js');
    const text = readFileSync(edited, 'utf8');
    writeFileSync(edited, `${text}\n// edited\n`);
    try {
      const run = redistill('run', 'default@smoke', '--workspace', 'work');
      assert.equal(run.status, 3, run.stderr);
      assert.match(run.stderr, /kd-rows\.js is not as it was packed/);
    } finally {
      writeFileSync(edited, text);
    }
  });

  it('counts a package of another version that an installer put beside it', () => {
    const name = 'node_modules/yaml';
    rmSync(join(project, name));
    mkdirSync(join(project, name));
    writeFileSync(join(project, name, 'package.json'), '{"version":"2.0.0"}');
    try {
      const packages = inPackage(
        `import { packageAt } from '${inside('runners/training/fingerprint/own-sources.js')}';
         const lock = packageAt(${JSON.stringify(join(installed, 'dist'))}).read('package-lock.json');
         console.log(new TextDecoder().decode(lock));`,
      );
      const { version, integrity } = (JSON.parse(packages) as Lock).packages[name] as {
        version: string;
        integrity?: string;
      };
      assert.deepEqual({ version, integrity }, { version: '2.0.0', integrity: '' });
    } finally {
      rmSync(join(project, name), { recursive: true });
    }
  });
});

/** Paths of all files below a folder, sorted. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
