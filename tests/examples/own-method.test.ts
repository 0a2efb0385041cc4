import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { execa, execaSync } from 'execa';
import { parse } from 'yaml';
import { readJournal } from '../../contract/journal.ts';
import { journalFile } from '../../contract/paths.ts';
import { findNode } from '../../tools/setup/node.mjs';
import { write } from '../app/own/repository.ts';
import { root } from '../runners/training/fingerprint/checkouts.ts';
import { fileTemporaryFolder } from './temporary.ts';

/*
 * The example is used as its README says, in a folder and a git repository of its own, with this
 * checkout in the place of the installed package.
 */

const folder = fileTemporaryFolder('own method ');
const git = (...args: readonly string[]) =>
  execaSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args], { cwd: folder });
const redistill = (...args: readonly string[]) =>
  execa(process.execPath, [join(root, 'cli/bin.js'), ...args], {
    cwd: folder,
    reject: false,
    env: { REDISTILL_DATA: '' },
  });

before(() => {
  cpSync(join(root, 'examples/own-method'), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/redistill'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'The example');
});

/** The journals of the workspace, by the method of their trial. */
function headers() {
  return readdirSync(join(folder, 'runs'))
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .flatMap((trial) =>
      readdirSync(join(folder, 'runs', trial)).map((run) => join(folder, 'runs', trial, run)),
    )
    .filter((run) => existsSync(journalFile(run)))
    .flatMap(
      (run) => readJournal(journalFile(run)).lines.find(({ type }) => type === 'header') ?? [],
    )
    .filter((line) => line.type === 'header');
}

describe('the example of a method of one’s own', () => {
  it('compiles under strict against the exports of the package', () => {
    // The sources of a checkout need more than the declarations of a package do: a package's types
    // are not compiled again.
    const options = {
      lib: ['es2024', 'esnext.iterator', 'esnext.disposable'],
      allowJs: true,
      exactOptionalPropertyTypes: true,
    };
    write(folder, {
      'tsconfig.checkout.json': JSON.stringify({
        extends: './tsconfig.json',
        compilerOptions: options,
      }),
    });
    const { stdout, exitCode } = execaSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.checkout.json'],
      { cwd: folder, reject: false },
    );
    assert.equal(exitCode, 0, stdout);
    // And wrong options of a method are errors of types.
    write(folder, {
      'methods/wrong.ts': `
        import { defineMethod, option } from 'redistill/kinds';
        const weight = option.weight(1, 'Weight', 'ours');
        const reference = { paper: '', equations: '', official: '' };
        export default defineMethod({
          kind: 'logits', id: 'wrong', title: 'Wrong', reference,
          options: { ceWeight: weight, kdWeight: weight },
          // @ts-expect-error: the method has no such option
          rowLoss: ({ student }, { margin }) => student.sum(1).mul(margin),
        });
      `,
    });
    const wrong = execaSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.checkout.json'],
      { cwd: folder, reject: false },
    );
    assert.equal(wrong.exitCode, 0, wrong.stdout);
  });

  it('is trained, reported and checked from its folder', async () => {
    const only = ['--seeds', '1', '--only', 'KD,Cosine'];
    const ran = await redistill('run', 'cosine-study@smoke', ...only, '--checkpoint-seconds', '0');
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.match(
      ran.stderr,
      /Using redistill\.config\.yaml: the program methods\/cosine\.ts, 1 suite/,
    );
    assert.match(ran.stdout, /3 of 3 trials computed/);
    const own = headers().filter(({ ownKinds }) => ownKinds !== undefined);
    assert.deepEqual(
      own.map(({ spec }) => spec.method),
      ['cosine-kd'],
    );
    const [file] = own[0]?.ownKinds ?? [];
    assert.equal(file?.file, 'methods/cosine.ts');
    assert.deepEqual(file?.kinds, ['method cosine-kd']);
    assert.equal(file?.commit, git('rev-parse', 'HEAD').stdout.trim());
    assert.equal(file?.dirty, false);
    const pages = readdirSync(join(folder, 'reports/out'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.html'))
      .map((name) => readFileSync(join(folder, 'reports/out', name), 'utf8'));
    const needed = /these files of a user: methods\/cosine\.ts \(method cosine-kd; commit /;
    assert.ok(pages.some((page) => needed.test(page)));
    const checked = await redistill('check');
    assert.equal(checked.exitCode, 0, checked.stdout + checked.stderr);
    const text = await redistill('report', 'cosine-study@smoke', '--format', 'markdown');
    assert.match(text.stdout, /Cosine/);
  });

  it('is measured already, and only an edit of its method makes its runs stale', async () => {
    const planned = async () =>
      (await redistill('plan', 'cosine-study@smoke', '--seeds', '1')).stdout.split('\n').slice(-3);
    assert.match((await planned()).join('\n'), /: 3 measured with the present numerics/);
    const file = 'methods/cosines.ts';
    const text = readFileSync(join(folder, file), 'utf8');
    write(folder, { [file]: text.replace('tf.sum(tf', 'tf.mean(tf') });
    const after = (await planned()).join('\n');
    assert.match(after, /: 2 measured with the present numerics, 1 measured before but stale/);
    assert.match(after, /Stale since measured \(own:methods\/cosines\.ts\): 1 trial/);
    write(folder, { [file]: text });
  });

  it('is replayed bit by bit', async () => {
    const run = headers().find(({ spec }) => spec.method === 'cosine-kd')?.run ?? '';
    const replayed = await redistill('replay', run, '--steps', '3');
    assert.equal(replayed.exitCode, 0, replayed.stdout + replayed.stderr);
    assert.match(replayed.stdout, /Equal, bit for bit/);
    const elsewhere = await execa(
      process.execPath,
      [join(root, 'cli/bin.js'), 'replay', run, '--steps', '3', '--workspace', folder],
      { cwd: root, reject: false },
    );
    assert.equal(elsewhere.exitCode, 2);
    assert.match(elsewhere.stderr, /methods\/cosine\.ts/);
  });

  it('is used from a program', async () => {
    const { stdout, stderr } = await execa(findNode() ?? 'node', ['study.ts', '.', 'KD,Cosine'], {
      cwd: folder,
    });
    assert.match(stderr, /Using redistill\.config\.yaml/);
    assert.match(stdout, /^0 trials computed$/m);
  });

  it('has a workflow whose commands exist', async () => {
    const workflow = parse(readFileSync(join(folder, '.github/workflows/study.yml'), 'utf8')) as {
      jobs: { study: { steps: { run?: string }[] } };
    };
    const lines = workflow.jobs.study.steps.flatMap(({ run = '' }) => run.split('\n'));
    const named = lines.flatMap(
      (line) => /npx (?:--no-install )?redistill (\w+)/.exec(line)?.[1] ?? [],
    );
    assert.ok(named.length >= 4);
    const { commands } = await import('../../cli/commands/index.ts');
    const known = [...commands.map(({ name }) => name), 'setup'];
    assert.deepEqual(
      named.filter((name) => !known.includes(name)),
      [],
    );
  });
});
