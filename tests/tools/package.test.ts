import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { codePath, codeRoot, codeUrl } from '../../common/installation.mjs';
import {
  type Lock,
  type Manifest,
  packageManifest,
  type ShrinkWrap,
} from '../../tools/package/manifest.ts';
import { restoreCheckout, takeManifest } from '../../tools/package/manifest-swap.ts';
import { checkoutState } from '../../tools/package/state.ts';
import { temporaryFolder } from '../results/temporary.ts';

const own: Manifest = {
  name: 'x',
  version: '1.0.0',
  bin: { x: './cli/bin.js' },
  exports: { '.': './app/index.ts', './package.json': './package.json' },
  dependencies: { '@tensorflow/tfjs-node-gpu': '4.22.0', yaml: '2.0.0' },
};
const lock: Lock = {
  packages: {
    'node_modules/@tensorflow/tfjs-node-gpu': {
      version: '4.22.0',
      dependencies: { progress: '^2.0.0', tar: '^6.2.1' },
    },
    'node_modules/progress': { version: '2.0.3' },
    'node_modules/tar': { version: '6.2.1' },
    'node_modules/yaml': { version: '2.0.0' },
  },
};

describe('the manifest of a package', () => {
  it('exports what sources become, and needs what the package inside it needs', () => {
    const { bin, exports, dependencies } = packageManifest(own, lock);
    assert.deepEqual(bin, { x: './dist/cli/bin.js' });
    assert.deepEqual(exports, {
      '.': { types: './dist/app/index.d.ts', default: './dist/app/index.js' },
      './package.json': './package.json',
    });
    // Without what only the install script needs, which is left out.
    assert.deepEqual(dependencies, { progress: '2.0.3', yaml: '2.0.0' });
  });

  it('is refused where it would export or need what nobody knows', () => {
    const conditional = { ...own, exports: { '.': { node: './a.ts' } } };
    assert.throws(() => packageManifest(conditional, lock), { code: 'PACKAGE_EXPORT' });
    const { 'node_modules/progress': _, ...packages } = lock.packages;
    assert.throws(() => packageManifest(own, { packages }), { code: 'PACKAGE_LOCK' });
  });
});

describe('npm pack', () => {
  it('gives the checkout its manifest back, also where it was killed in between', (t) => {
    const root = temporaryFolder(t);
    const manifest = join(root, 'package.json');
    writeFileSync(manifest, 'that of the checkout');
    const shrinkwrap: ShrinkWrap = {
      ...{ name: 'x', version: '1.0.0', packages: {} },
      ...({ lockfileVersion: 3, requires: true } as const),
    };
    mkdirSync(join(root, 'dist'));
    takeManifest(root, { manifest: own, shrinkwrap });
    assert.equal(JSON.parse(readFileSync(manifest, 'utf8')).name, 'x');
    assert.ok(existsSync(join(root, 'npm-shrinkwrap.json')));
    for (const _ of [1, 2]) {
      restoreCheckout(root);
      assert.equal(readFileSync(manifest, 'utf8'), 'that of the checkout');
      assert.equal(existsSync(join(root, 'npm-shrinkwrap.json')), false);
      assert.equal(existsSync(join(root, 'dist')), false);
    }
  });

  it('knows the commit of a checkout, and not that of a repository around it', (t) => {
    const root = temporaryFolder(t);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
        cwd: root,
        encoding: 'utf8',
      }).trim();
    const none = { commit: null, dirty: false };
    assert.deepEqual(checkoutState(root), none);
    git('init', '--quiet');
    writeFileSync(join(root, 'file'), '1');
    git('add', '.');
    git('commit', '--quiet', '--message', 'One');
    const commit = git('rev-parse', 'HEAD');
    assert.deepEqual(checkoutState(root), { commit, dirty: false });
    mkdirSync(join(root, 'inner'));
    assert.deepEqual(checkoutState(join(root, 'inner')), none);
    writeFileSync(join(root, 'new'), '1');
    assert.deepEqual(checkoutState(root), { commit, dirty: true });
  });
});

describe('in a checkout', () => {
  it('a source is started as it is', () => {
    const source = new URL('./package.test.ts', import.meta.url);
    assert.equal(codeUrl(source), source);
    assert.equal(codePath(source), join(codeRoot, 'tests/tools/package.test.ts'));
  });
});
