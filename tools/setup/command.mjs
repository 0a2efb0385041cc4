// @ts-check
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok
 * @property {string} output standard output and standard error in the order of arrival
 */

/**
 * Runs a program without a terminal and collects what it prints. It is killed when `signal` aborts,
 * and by the kernel when the set-up itself is killed: an orphaned `npm ci` would write into the
 * folder that the next set-up works on.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, environment?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined }}
 *   [options]
 * @returns {Promise<CommandResult>}
 */
export function run(program, args, options = {}) {
  const { cwd, environment = process.env, signal } = options;
  const setpriv = findProgram('setpriv', environment);
  const [file, all] = setpriv
    ? [setpriv, ['--pdeathsig', 'KILL', program, ...args]]
    : [program, args];
  return new Promise((settle) => {
    let output = '';
    const child = spawn(file, all, {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    });
    const collect = (/** @type {Buffer} */ chunk) => {
      output += chunk;
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => settle({ ok: false, output: `${output}${error.message}\n` }));
    child.on('close', (code) => settle({ ok: code === 0, output }));
  });
}

/**
 * The full path of a program on PATH, or undefined.
 *
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function findProgram(name, environment = process.env) {
  const folders = name.includes('/') ? [''] : (environment['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // not here
    }
  }
  return undefined;
}

/** The words of programs whose network failed: pip's, npm's and the system's. */
const networkTrouble =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ERR_SOCKET|name resolution|Max retries|Connection refused|Read timed out|ReadTimeout|ProxyError|ConnectTimeout|Network is unreachable|IncompleteRead|Connection broken|not enough bytes/;

/**
 * What is behind a program's failure, where its output tells.
 *
 * @param {string} output
 * @returns {'disk' | 'network' | undefined}
 */
export function causeOf(output) {
  if (/ENOSPC|No space left|EDQUOT|Disk quota/.test(output)) return 'disk';
  return networkTrouble.test(output) ? 'network' : undefined;
}
