import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import {
  processorBfloat16,
  recordForBfloat16,
} from '../../../runners/engine/bfloat16/processor.ts';
import type { Checkout } from '../../../runners/training/fingerprint/closure.ts';
import type { KindsOfTrial } from '../../../runners/training/fingerprint/kinds-used.ts';
import {
  externalNumerics,
  type Numerics,
  numerics,
  numericsFingerprint,
  workerClosure,
} from '../../../runners/training/fingerprint/numerics.ts';
import { checkoutAt } from '../../../runners/training/fingerprint/own-sources.ts';
import { numericsChanges } from '../../../runners/training/fingerprint/record.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { overlay, root, thisCheckout } from './fingerprint/checkouts.ts';

const conditions = {
  tensorflow: '2.21.0',
  threads: { intra: 1, inter: 1 },
  device: 'cpu',
  mode: 'recorded',
} as const;

const kd: KindsOfTrial = {
  task: 'classification',
  method: 'kd',
  model: 'resnet8',
  teacher: { model: 'resnet20' },
  data: { dataset: 'cifar100' },
};

const kinds = {
  numerics: (checkout: Checkout) => numerics(conditions, kd, checkout),
  'external numerics': (checkout: Checkout) => externalNumerics(conditions, checkout),
} as const;

const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .trimEnd()
  .split('\n')
  .filter((path) => thisCheckout.read(path) !== undefined);
const textOf = (path: string) => (thisCheckout.read(path) as Buffer).toString();
const reached = ({ record }: Numerics) => Object.keys(record.files);

/** The file with one more thing that counts. */
function mutated(path: string): string {
  const text = textOf(path);
  if (path.endsWith('.json')) return text.replace('{', '{"mutated": 1,');
  if (path.endsWith('.yaml')) return `${text}\nmutated: 1\n`;
  return `${text}\n1;\n`;
}

/**
 * The file with another comment and layout; null where its format has neither, or where they count.
 */
function rewritten(path: string): string | null {
  const text = textOf(path);
  if (/\.(ts|mjs)$/.test(path)) {
    return `// Another comment.\n\n${text
      .replaceAll(/^(?=(import|export|function|const) )/gm, '/* Another. */ // And one more.\n\n')
      .replaceAll(/^ {2}(?=(const|let|if|for|return) )/gm, '\n\t')}`;
  }
  if (path.endsWith('.yaml')) return `# Another comment.\n\n${text}`;
  return path.endsWith('.json') ? JSON.stringify(JSON.parse(text)) : null;
}

for (const [name, compute] of Object.entries(kinds)) {
  describe(`the fingerprint of ${name}`, () => {
    const before = compute(thisCheckout);
    const inside = reached(before);

    it('changes with every file that can be reached, and its record names the file', () => {
      assert.ok(inside.length > 8);
      for (const path of inside) {
        const after = compute(overlay(thisCheckout, { [path]: mutated(path) }));
        assert.notEqual(after.fingerprint, before.fingerprint, path);
        assert.deepEqual(numericsChanges(before.record, after.record), [path]);
      }
    });

    it('does not change with the comments and the layout of all of them', () => {
      const files = inside.flatMap((path) => {
        const text = rewritten(path);
        return text === null ? [] : [[path, text]];
      });
      // Of the kernels' sources every byte counts: the set-up compiles them.
      const compiled = inside.filter((path) => /\.(cc|h)$/.test(path));
      assert.ok(files.length + compiled.length > inside.length - 3);
      const after = compute(overlay(thisCheckout, Object.fromEntries(files)));
      assert.deepEqual(after, before);
    });

    it('does not change with any file that it cannot reach', () => {
      const own = new Set([...inside, 'package-lock.json']);
      const outside = tracked.filter((path) => !own.has(path));
      const folders = new Set(outside.map((path) => path.split('/')[0]));
      for (const folder of [
        'app',
        'bench',
        'cli',
        'docs',
        'reports',
        'results',
        'suites',
        'tests',
      ]) {
        assert.ok(folders.has(folder), folder);
      }
      const files = Object.fromEntries(
        outside.map((path) => [path, `${path} is another file now`]),
      );
      assert.deepEqual(compute(overlay(thisCheckout, files)), before);
    });

    it('changes with an import that no file of its own is edited for', () => {
      // Which file is reached by a name is decided by the importing file alone: so that is the one
      // that is named.
      const entry = inside.find((path) => path.endsWith('/train.ts')) as string;
      const after = compute(
        overlay(thisCheckout, {
          [entry]: `import '../../common/extra.ts';\n${textOf(entry)}`,
          'common/extra.ts': 'globalThis.extra = 1;',
        }),
      );
      assert.deepEqual(numericsChanges(before.record, after.record), [
        'common/extra.ts (new)',
        entry,
      ]);
    });

    it('knows the tokenizer and its version', () => {
      assert.deepEqual(before.record.packages['node_modules/js-tokens']?.[0], '10.0.1');
    });
  });
}

describe('the numerics fingerprint', () => {
  const before = numerics(conditions, kd, thisCheckout);

  it('reaches what a list kept by hand had forgotten', () => {
    const inside = new Set(workerClosure(thisCheckout).files.map(({ path }) => path));
    for (const path of [
      'common/normal.ts',
      'runners/data/dense/loader-worker.ts',
      'runners/data/loader-worker.ts',
      'runners/data/sources.yaml',
      'runners/engine/environment.mjs',
      'runners/engine/node-shim.mjs',
      'runners/training/loop-state.ts',
      'runners/training/shared-program.ts',
      'runners/weights/network-state.ts',
      'tools/setup/session-config.h',
    ]) {
      assert.ok(inside.has(path), path);
    }
  });

  it('changes with the locked versions of what computes, and of nothing else', () => {
    const lock = JSON.parse(textOf('package-lock.json')) as {
      packages: Record<string, { version?: string; integrity?: string }>;
    };
    const locked = (folder: string, change: object) => {
      const packages = { ...lock.packages, [folder]: { ...lock.packages[folder], ...change } };
      const text = JSON.stringify({ ...lock, packages });
      const after = numerics(conditions, kd, overlay(thisCheckout, { 'package-lock.json': text }));
      return numericsChanges(before.record, after.record);
    };
    for (const name of [
      ...['@tensorflow/tfjs-core', '@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-backend-cpu'],
      ...['sharp', '@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64'],
      ...['protobufjs', 'tar-stream', 'streamx', 'yaml', 'js-tokens'],
    ]) {
      const folder = `node_modules/${name}`;
      const version = lock.packages[folder]?.version;
      assert.deepEqual(locked(folder, { version: '0.0.1' }), [`${name} ${version} -> 0.0.1`]);
      assert.deepEqual(locked(folder, { integrity: 'sha512-other' }), [
        `${name} ${version}, another archive`,
      ]);
    }
    for (const name of [
      '@biomejs/biome',
      '@duckdb/node-api',
      'commander',
      'nunjucks',
      'typescript',
    ]) {
      const folder = `node_modules/${name}`;
      assert.ok(folder in lock.packages);
      assert.deepEqual(locked(folder, { version: '0.0.1', integrity: 'sha512-other' }), [], name);
    }
  });

  it('changes with the conditions', () => {
    const changes = (other: Partial<Parameters<typeof numerics>[0]>) =>
      numericsChanges(
        before.record,
        numerics({ ...conditions, ...other }, kd, thisCheckout).record,
      );
    assert.deepEqual(changes({ tensorflow: '2.22.0' }), ['TensorFlow 2.21.0 -> 2.22.0']);
    assert.deepEqual(changes({ threads: { intra: 2, inter: 1 } }), ['threads 1 -> 2']);
    assert.deepEqual(changes({ device: 'gpu' }), ['device cpu -> gpu']);
    assert.deepEqual(changes({ mode: 'eager' }), ['mode recorded -> eager']);
  });

  it('of a trial in mixed precision on a CPU has what the processor has for bfloat16', () => {
    const mixed = { ...kd, recipe: { precision: 'mixed' } } as const;
    const of = (kind: 'amx' | 'avx512', device: 'cpu' | 'gpu' = 'cpu') => {
      recordForBfloat16(kind);
      try {
        return numerics({ ...conditions, device }, mixed, thisCheckout).record;
      } finally {
        recordForBfloat16(null);
      }
    };
    assert.deepEqual(
      numericsChanges(of('amx'), numerics({ ...conditions }, mixed, thisCheckout).record).length,
      processorBfloat16() === 'amx' ? 0 : 1,
    );
    assert.match(numericsChanges(of('amx'), of('avx512')).join(), /^bfloat16 amx -> avx512$/);
    assert.deepEqual(numericsChanges(of('amx', 'gpu'), of('avx512', 'gpu')), []);
    assert.equal('bfloat16' in before.record.conditions, false);
  });

  it('does not change by a commit that only moves files', (t) => {
    const folder = temporaryFolder(t);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
    const files = tracked.filter((path) =>
      /^(common|contract|runners|tools)\/|^package-lock/.test(path),
    );
    for (const path of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(join(root, path), join(folder, path));
    }
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'Before');
    const unmoved = numerics(conditions, kd, checkoutAt(folder));
    assert.equal(numericsFingerprint(conditions, kd, checkoutAt(folder)), unmoved.fingerprint);

    const moves = new Map<string, string>();
    const move = (path: string, to: string) => {
      moves.set(path, to);
      mkdirSync(dirname(join(folder, to)), { recursive: true });
      git('mv', path, to);
    };
    for (const path of files) {
      // A folder with much in it, one deeper than before, and single files of each kind.
      if (path.startsWith('runners/engine/ops/')) {
        move(path, path.replace('runners/engine/ops/', 'common/graph/kernels/'));
      }
    }
    move('common/normal.ts', 'runners/distillers/dense/bell.ts');
    move('runners/data/sources.yaml', 'runners/data/embedded/known.yaml');
    move('runners/data/dense/loader-worker.ts', 'runners/data/dense/threads/loader.ts');
    move('runners/detection/families/retinanet/maker.ts', 'runners/detection/aaa-maker.ts');
    move('runners/engine/node-shim.mjs', 'tools/shim.mjs');
    for (const path of files) rewriteSpecifiers(folder, path, moves);
    git('commit', '--quiet', '--all', '--message', 'Move');
    assert.equal(git('status', '--porcelain'), '');

    const moved = numerics(conditions, kd, checkoutAt(folder));
    assert.equal(moved.fingerprint, unmoved.fingerprint);
    assert.deepEqual(numericsChanges(unmoved.record, moved.record), []);
    assert.ok('common/graph/kernels/convolution.ts' in moved.record.files);
    assert.ok(!('runners/engine/ops/convolution.ts' in moved.record.files));
    // An edit among the moves is found, and only it.
    const edited = join(folder, 'common/graph/kernels/convolution.ts');
    writeFileSync(edited, `${readFileSync(edited, 'utf8')}\nexport const edited = 1;\n`);
    const after = numerics(conditions, kd, checkoutAt(folder));
    assert.deepEqual(numericsChanges(moved.record, after.record), [
      'common/graph/kernels/convolution.ts',
    ]);
    assert.deepEqual(numericsChanges(unmoved.record, after.record), [
      'common/graph/kernels/convolution.ts (new)',
      'runners/engine/ops/convolution.ts (gone)',
    ]);
  });
});

/** Writes every relative specifier of a file as the moves have made it. */
function rewriteSpecifiers(folder: string, path: string, moves: ReadonlyMap<string, string>) {
  if (!['.ts', '.mjs'].includes(extname(path))) return;
  const now = moves.get(path) ?? path;
  const text = readFileSync(join(folder, now), 'utf8');
  const other = text.replaceAll(/'(\.\.?\/[^'\n]*)'/g, (whole, specifier: string) => {
    const target = join(dirname(path), specifier);
    if (thisCheckout.read(target) === undefined && !/^\.\.(\/\.\.)+$/.test(specifier)) return whole;
    const relation = relative(dirname(now), moves.get(target) ?? target) || '.';
    return `'${relation.startsWith('.') ? relation : `./${relation}`}'`;
  });
  if (other !== text) writeFileSync(join(folder, now), other);
}
