import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, type FuzzTarget, type FuzzWorld, Violation } from './target.ts';

/** What broke a promise, and how it is made again. */
export interface FuzzFinding {
  readonly target: string;
  readonly seed: number;
  readonly path: string;
  readonly sentence: string;
  /** The first place in our sources, or in a package, that it came from. */
  readonly place: string;
  readonly input: Uint8Array;
}

export interface Progress {
  /** Seed of the batch and number of the execution within it: what `--seed` and `--path` take. */
  begins(seed: number, execution: number): void;
  found(finding: FuzzFinding): void;
}

export interface FuzzOptions {
  readonly seed: number;
  /** At most so many executions, and none begins later. */
  readonly runs: number;
  readonly seconds: number;
  /** One execution only: the value at this path of the batch with this seed. */
  readonly path?: string | undefined;
  readonly folder: string;
}

/** Executions of a batch, which has one seed. */
const batch = 100;
/**
 * Bounds of one execution: of the CPU, whatever else the machine does, and of what the process
 * grows by.
 */
const mostCpuSeconds = 2;
const mostGrowthMiB = 768;

/**
 * Executes a target until its time or its executions are over. @returns the number of executions
 */
export async function fuzz(
  target: FuzzTarget,
  options: FuzzOptions,
  progress: Progress,
): Promise<number> {
  const inputs = await target.inputs();
  const world = worldAt(options.folder);
  const known = new Set<string>();
  const end = performance.now() + options.seconds * 1000;
  let executions = 0;
  for (let turn = 0; executions < options.runs && performance.now() < end; turn += 1) {
    const seed = options.path === undefined ? (options.seed + turn * 7919) | 0 : options.seed;
    let inBatch = 0;
    // fast-check gives up waiting at its limit of time: what runs then must end before the next
    // begins.
    let running: Promise<void> = Promise.resolve();
    const property = fc.asyncProperty(inputs, async (input) => {
      progress.begins(seed, inBatch);
      inBatch += 1;
      executions += 1;
      try {
        running = executeOnce(target, input, world, executions === 1);
        await running;
      } catch (cause) {
        // What is known is passed over, so that one fault does not hide the others.
        if (!known.has(signatureOf(cause))) throw cause;
      }
    });
    const outcome = await fc.check(property, {
      seed,
      numRuns: options.path === undefined ? Math.min(batch, options.runs - executions) : 1,
      ...(options.path === undefined ? {} : { path: options.path }),
      interruptAfterTimeLimit: Math.max(1, Math.min(end - performance.now(), 120_000)),
      markInterruptAsFailure: false,
    });
    await running.catch(() => {});
    if (outcome.failed && outcome.counterexample !== null) {
      const cause = outcome.errorInstance;
      known.add(signatureOf(cause));
      progress.found({
        target: target.name,
        seed,
        path: outcome.counterexamplePath ?? '',
        sentence:
          cause instanceof Violation ? cause.message : String((cause as Error)?.stack ?? cause),
        place: placeOf(cause),
        input: target.show(outcome.counterexample[0]),
      });
    }
    if (options.path !== undefined) break;
  }
  return executions;
}

async function executeOnce(
  target: FuzzTarget,
  input: unknown,
  world: World,
  isFirst: boolean,
): Promise<void> {
  const before = process.cpuUsage();
  const peak = process.resourceUsage().maxRSS;
  try {
    await target.run(input, world);
    world.checkFiles();
  } finally {
    world.empty();
  }
  // The first loads and compiles what all of them use.
  if (isFirst) return;
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  expect(seconds <= mostCpuSeconds, `took ${seconds.toFixed(1)} s of CPU`);
  const growth = (process.resourceUsage().maxRSS - peak) / 1024;
  expect(growth <= mostGrowthMiB, `took ${growth.toFixed(0)} MiB`);
}

interface World extends FuzzWorld {
  checkFiles(): void;
  empty(): void;
}

function worldAt(folder: string): World {
  let written = new Set<string>();
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    file(name, bytes) {
      const path = join(folder, name);
      written.add(name);
      writeFileSync(path, bytes);
      return path;
    },
    expected(name) {
      written.add(name);
    },
    checkFiles() {
      const strange = readdirSync(folder).filter((name) => !written.has(name));
      expect(strange.length === 0, `left ${strange.join(', ')} behind`);
    },
    empty() {
      for (const name of readdirSync(folder))
        rmSync(join(folder, name), { recursive: true, force: true });
      written = new Set();
    },
  };
}

/** Two findings with one signature are one fault, as far as a program can tell. */
function signatureOf(cause: unknown): string {
  const sentence = cause instanceof Error ? cause.message : String(cause);
  return `${sentence.replace(/[\d"'][^ ]*/g, '#').slice(0, 60)} ${placeOf(cause)}`;
}

const own = /\/(common|suites|reference|runners|results|reports|cli)\/[^\s()]+:\d+/;

function placeOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof Violation && error.cause !== undefined) continue;
    const place = own.exec(error.stack ?? '')?.[0];
    if (place !== undefined) return place.slice(1);
  }
  return 'unknown place';
}
