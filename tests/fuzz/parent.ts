import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeArguments } from '../../runners/engine/environment.mjs';

export interface TargetOptions {
  readonly seed: number;
  /** A number, or those of the short version. */
  readonly runs: number | 'short';
  readonly seconds: number;
  readonly path?: string | undefined;
}

export interface TargetResult {
  readonly target: string;
  readonly executions: number;
  readonly seconds: number;
  readonly findings: readonly TargetFinding[];
}

export interface TargetFinding {
  readonly target: string;
  readonly seed: number;
  readonly path: string;
  readonly sentence: string;
  readonly place: string;
  /** Base64; empty where the process died with it: `--seed` and `--path` make it again. */
  readonly input: string;
}

/**
 * What one execution may take: seconds of CPU, which a busy machine does not lengthen, and of the
 * clock for one that waits for something that never comes. The first waits for a target to load.
 */
const patience = { cpu: 30, clock: 300 } as const;

/**
 * Executes a target in a process of its own and watches it: what hangs or dies is a finding, and
 * the rest of the time goes to a process with another seed.
 */
export async function fuzzTarget(target: string, options: TargetOptions): Promise<TargetResult> {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-fuzz-'));
  const started = performance.now();
  const findings: TargetFinding[] = [];
  let executions = 0;
  try {
    for (let turn = 0; ; turn += 1) {
      const left = options.seconds - (performance.now() - started) / 1000;
      if (turn > 0 && (left < 5 || options.path !== undefined || options.runs === 'short')) break;
      const one = await oneProcess(target, join(folder, String(turn)), {
        ...options,
        seed: (options.seed + turn * 104_729) | 0,
        seconds: Math.max(1, left),
      });
      executions += one.executions;
      findings.push(...one.findings);
      if (one.ended) break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { target, executions, seconds: (performance.now() - started) / 1000, findings };
}

async function oneProcess(target: string, folder: string, options: TargetOptions) {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const [state, findings] = [join(folder, 'state'), join(folder, 'findings.jsonl')];
  writeFileSync(findings, '');
  const child = spawn(
    process.execPath,
    [
      ...nodeArguments(),
      '--max-old-space-size=1536',
      join(import.meta.dirname, 'child.ts'),
      ...argument('target', target),
      ...argument('seed', options.seed),
      ...argument('runs', options.runs),
      ...argument('seconds', options.seconds),
      ...(options.path === undefined ? [] : argument('path', options.path)),
      ...argument('folder', join(folder, 'work')),
      ...argument('state', state),
      ...argument('findings', findings),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TMPDIR: temporary } },
  );
  let words = '';
  child.stderr.on('data', (chunk) => {
    words = `${words}${chunk}`.slice(-2000);
  });
  const hung = await watch(child, state);
  const now = readState(state);
  const found = readFileSync(findings, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TargetFinding);
  const left = readdirSync(temporary);
  if (now.ended && left.length > 0) {
    found.push({
      ...now,
      target,
      sentence: `left ${left.join(', ')} in TMPDIR`,
      place: '',
      input: '',
    });
  }
  if (!now.ended) {
    const sentence = hung ? 'hung' : `the process died: ${words.trim()}`;
    found.push({ ...now, target, sentence, place: '', input: '' });
  }
  return { executions: now.executions, findings: found, ended: now.ended };
}

const argument = (name: string, value: string | number) => [`--${name}=${value}`];

/** Waits for the end; kills what has begun no execution for too long. @returns whether it did */
async function watch(child: ChildProcess, state: string): Promise<boolean> {
  const ended = new Promise<'ended'>((resolve) => child.once('close', () => resolve('ended')));
  let seen: string | null = null;
  let since = { cpu: 0, clock: 0 };
  for (;;) {
    if ((await Promise.race([ended, sleep(1000, 'waiting', { ref: false })])) === 'ended')
      return false;
    const now = { cpu: cpuSeconds(child.pid), clock: performance.now() / 1000 };
    const text = existsSync(state) ? readFileSync(state, 'utf8') : '';
    if (text !== seen) {
      seen = text;
      since = now;
    } else if (now.cpu - since.cpu > patience.cpu || now.clock - since.clock > patience.clock) {
      child.kill('SIGKILL');
      await ended;
      return true;
    }
  }
}

/** Seconds of CPU that a process has used; 0 where the system does not tell. */
function cpuSeconds(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // User and system time, in clock ticks of a hundredth of a second.
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

function readState(state: string) {
  const text = existsSync(state) ? readFileSync(state, 'utf8') : '';
  const [seed = '0', path = '0', executions = '0', word = ''] = text.trim().split(' ');
  return { seed: Number(seed), path, executions: Number(executions), ended: word === 'ended' };
}
