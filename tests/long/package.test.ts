/*
 * The package as a user gets it, on a machine without make: installed from the registry, set up,
 * and a suite trained. Needs the registry, and what `make setup` needs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findProgram } from '../../tools/setup/command.mjs';
import { cosine, study, write } from '../app/own/repository.ts';
import { type MadePackage, packCheckout } from '../package/installed.ts';

/** Everything on PATH but make, in one folder. */
function programsWithoutMake(folder: string): void {
  mkdirSync(folder);
  for (const place of (process.env['PATH'] ?? '').split(delimiter).filter(existsSync)) {
    for (const name of readdirSync(place)) {
      const link = join(folder, name);
      if (!/^g?make$/.test(name) && !existsSync(link)) {
        rmSync(link, { force: true });
        symlinkSync(join(place, name), link);
      }
    }
  }
}

describe('the package of this checkout, without make', () => {
  let made: MadePackage;
  let base = '';
  let environment: NodeJS.ProcessEnv = {};
  before(() => {
    made = packCheckout();
    base = dirname(made.tarball);
    const path = join(base, 'programs');
    programsWithoutMake(path);
    environment = { ...process.env, PATH: path };
    delete environment['NODE_OPTIONS'];
  });
  after(() => {
    rmSync(join(base, 'cache'), { recursive: true, force: true });
    made.dispose();
  });

  const timed = (cwd: string, env: NodeJS.ProcessEnv, program: string, ...args: string[]) => {
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
    assert.equal(status, 0, `${program} ${args.join(' ')}: ${stdout}${stderr}`);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    return { stdout, line: `${program} ${args.join(' ')}: ${seconds} s` };
  };

  it('is installed, set up and trains in three commands', (t) => {
    const project = join(base, 'empty');
    mkdirSync(project);
    assert.equal(findProgram('make', environment), undefined);
    const env = { ...environment, REDISTILL_CACHE: join(base, 'cache') };
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    const install = timed(
      project,
      env,
      'npm',
      'install',
      '--ignore-scripts',
      ...quiet,
      made.tarball,
    );
    const setup = timed(project, env, 'npx', 'redistill', 'setup');
    const run = timed(project, env, 'npx', 'redistill', 'run', 'default', '--scale', 'smoke');
    for (const { line } of [install, setup, run]) t.diagnostic(line);
    assert.ok(existsSync(join(project, 'reports/out/index.html')));
    const runs = readdirSync(join(project, 'runs'), { recursive: true, encoding: 'utf8' });
    const journals = runs.filter((name) => name.endsWith('journal.jsonl'));
    assert.equal(journals.length, 13);
    for (const name of journals) {
      const [header = ''] = readFileSync(join(project, 'runs', name), 'utf8').split('\n', 1);
      const { environment: where } = JSON.parse(header) as {
        environment: { commit: string; dirty: boolean };
      };
      assert.deepEqual([where.commit, where.dirty], [made.commit, false]);
    }
    const again = timed(project, env, 'npx', 'redistill', 'run', 'default', '--scale', 'smoke');
    assert.match(again.stdout, /all 13 trials were measured before with the same numerics/);
  });

  it('trains with a method of the project', () => {
    const project = join(base, 'empty');
    write(project, { ...cosine('cosine'), 'mine.yaml': study('mine', 'cosine') });
    const env = { ...environment, REDISTILL_CACHE: join(base, 'cache') };
    const line = ['redistill', 'run', 'mine.yaml', '--scale', 'smoke'];
    const { stdout } = timed(project, env, 'npx', ...line, '--plugin', 'methods/cosine.ts');
    assert.match(stdout, /Cosine/);
    assert.match(stdout, /trials computed/);
  });

  it('downloads no TensorFlow where install scripts run, too', () => {
    const project = join(base, 'scripts');
    mkdirSync(project);
    timed(project, environment, 'npm', 'install', '--no-audit', '--no-fund', made.tarball);
    const files = readdirSync(project, { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      files.filter((path) => /libtensorflow|tfjs_binding\.node$/.test(path)),
      [],
    );
  });
});
