import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeRoot as root } from '../../common/installation.mjs';
import { filesOfCheckout } from '../../tools/package/state.ts';

/** A package made by `npm pack` from a copy of this checkout. */
export interface MadePackage {
  /** The copy, a git checkout of one commit. */
  readonly checkout: string;
  readonly commit: string;
  readonly tarball: string;
  /** Standard error of `npm pack`. */
  readonly said: string;
  dispose(): void;
}

/** Runs a program to its end and gives what it printed. */
export function printed(
  cwd: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** Packs a copy of the checkout, so that tests beside this one see none of it. */
export function packCheckout(): MadePackage {
  const base = mkdtempSync(join(tmpdir(), 'redistill-package-'));
  const checkout = join(base, 'checkout');
  for (const path of filesOfCheckout(root)) {
    if (!existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    cpSync(join(root, path), join(checkout, path));
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  const git = (...args: string[]) =>
    printed(checkout, 'git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args]);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'What is packed');
  const { status, stderr } = spawnSync('npm', ['pack', '--pack-destination', base], {
    cwd: checkout,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const name = readdirSync(base).find((each) => each.endsWith('.tgz')) as string;
  return {
    checkout,
    commit: git('rev-parse', 'HEAD').trim(),
    tarball: join(base, name),
    said: stderr,
    dispose: () => rmSync(base, { recursive: true, force: true }),
  };
}

/**
 * A user's project with the package in its node_modules, and beside it what npm would install. That
 * are links to the checkout's packages, so that nothing is fetched.
 */
export function projectWith({ tarball }: Pick<MadePackage, 'tarball'>): {
  readonly project: string;
  readonly installed: string;
} {
  const project = join(dirname(tarball), 'project');
  const installed = join(project, 'node_modules/redistill');
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  printed(installed, 'tar', ['--extract', '--file', tarball, '--strip-components', '1']);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) link(name);
  }
  function link(name: string): void {
    // The package of the binding is one that a project need not have.
    if (name !== '@tensorflow') {
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
      return;
    }
    mkdirSync(join(project, 'node_modules', name));
    for (const scoped of readdirSync(join(root, 'node_modules', name))) {
      if (scoped === 'tfjs-node-gpu') continue;
      const path = join('node_modules', name, scoped);
      symlinkSync(join(root, path), join(project, path));
    }
  }
  return { project, installed };
}
