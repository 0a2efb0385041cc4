// @ts-check
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, codeRoot, setupCommand } from '../../common/installation.mjs';
import { causeOf, run } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { workFolder } from './paths.mjs';

const manifestFolder = join(codeRoot, 'tools/node');

/**
 * Whether a Node runs TypeScript by itself, without a switch: 22.18, 23.6 and everything from 24
 * on.
 *
 * @param {string} version such as `22.18.0`
 */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/** The version of Node that the set-up brings, as tools/node/package.json pins it. */
export function broughtVersion() {
  const manifest = JSON.parse(readFileSync(join(manifestFolder, 'package.json'), 'utf8'));
  return /** @type {string} */ (manifest.optionalDependencies[packageName()] ?? '');
}

/** The npm package that holds Node's executable and headers for this machine. */
function packageName() {
  return `node-linux-${process.arch}`;
}

/**
 * Folder of the Node that the set-up brings (`bin/node`, `include/node`), whether it is there or
 * not.
 *
 * @param {string} cache
 */
export function broughtFolder(cache) {
  return join(cache, 'node', `${broughtVersion()}-linux-${process.arch}`);
}

/**
 * The Node to run Redistill with: this one if it runs TypeScript, else the one in the cache, else
 * undefined.
 *
 * @param {string} [cache]
 */
export function findNode(cache = cacheFolder()) {
  if (runsTypeScript(process.versions.node)) return process.execPath;
  const brought = join(broughtFolder(cache), 'bin/node');
  return existsSync(brought) ? brought : undefined;
}

/**
 * Folder with `node_api.h`, or undefined. Node's C interface is stable, so that the headers need
 * not be those of the Node that runs.
 *
 * @param {string} cache
 */
export function findHeaders(cache) {
  return [
    join(broughtFolder(cache), 'include/node'),
    join(dirname(process.execPath), '../include/node'),
  ].find((folder) => existsSync(join(folder, 'node_api.h')));
}

/**
 * Brings Node from npm into the cache. npm checks the sha512 that tools/node/package-lock.json
 * pins.
 *
 * @param {string} cache
 * @param {AbortSignal} [signal]
 * @throws {SetupFailure}
 */
export async function bringNode(cache, signal) {
  const work = workFolder(cache, 'node');
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(manifestFolder, file), join(work, file));
  const { ok, output } = await npm(['ci'], { cwd: work, signal });
  const unpacked = join(work, 'node_modules', packageName());
  if (!ok || !existsSync(join(unpacked, 'bin/node')))
    throw npmFailure(`Node ${broughtVersion()}`, output);
  const check = await run(join(unpacked, 'bin/node'), ['--version'], { signal });
  if (!check.ok) {
    throw new SetupFailure(
      `Node ${broughtVersion()} from npm does not start on this machine; install Node 22.18 or newer yourself and run ${setupCommand} again.`,
      check.output,
    );
  }
  const folder = broughtFolder(cache);
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(unpacked, folder);
  rmSync(work, { recursive: true, force: true });
}

/**
 * npm, quiet and without install scripts. It runs under the machine's own Node: Debian's npm works
 * with no other.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, signal?: AbortSignal | undefined }} options
 */
export function npm(args, options) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false'];
  return run('npm', [...args, ...quiet, '--loglevel=error'], options);
}

/**
 * @param {string} what
 * @param {string} output
 */
export function npmFailure(what, output) {
  const again = `then run ${setupCommand} again`;
  if (/EINTEGRITY/.test(output)) {
    return new SetupFailure(
      `The checksum of a package of ${what} is not the one in package-lock.json: run "npm cache verify", see that the lock file is as committed (git status), ${again}.`,
      output,
    );
  }
  if (/EUSAGE|in sync/.test(output)) {
    return new SetupFailure(
      `package.json and package-lock.json disagree (see above): make package-lock.json anew in a folder without node_modules with "npm install --ignore-scripts --package-lock-only", ${again}.`,
      // What follows is npm's list of options.
      output.split(/^npm error\s*\nnpm error Clean install/m)[0],
    );
  }
  const cause = causeOf(output);
  if (cause === 'disk') {
    return new SetupFailure(`The disk is full: free some space for ${what}, ${again}.`);
  }
  if (cause === 'network') {
    return new SetupFailure(
      `npm could not reach its registry for ${what}: check the network and npm's settings (npm config get registry), ${again}.`,
      output,
    );
  }
  return new SetupFailure(
    `npm could not install ${what}: see its message above, ${again}.`,
    output,
  );
}
