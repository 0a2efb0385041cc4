import { rmSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { InfrastructureError } from '../common/errors.ts';
import { makeTemporaryFolder } from '../common/files.ts';
import { processReason } from '../common/process-reason.ts';
import { type CocoSize, fullSize, generateCoco } from './coco-cases.ts';
import { median, type Spread, spread } from './spread.ts';

/** Milliseconds from the start of a process to its end, files read and figures printed: medians. */
export interface CocoResult {
  readonly name: 'coco-bbox' | 'coco-segm';
  readonly ours_ms: number;
  /**
   * pycocotools on the same files on the same machine, in turn with ours; null where it is not
   * installed.
   */
  readonly peer_ms: number | null;
  /** Largest difference of the twelve figures. */
  readonly max_difference: number | null;
  readonly samples: { readonly ours: Spread; readonly peer: Spread | null };
}

export interface CocoBench {
  readonly schemaVersion: 1;
  readonly suite: 'coco';
  readonly conditions: {
    readonly hardware: {
      readonly cpu: string;
      readonly cores: number;
      readonly memoryGiB: number;
    };
    readonly os: string;
    readonly node: string;
    readonly peer: {
      readonly python: string;
      readonly pycocotools: string;
      readonly numpy: string;
    } | null;
    readonly size: CocoSize;
  };
  readonly results: readonly CocoResult[];
}

interface PeerOutput {
  readonly figures: readonly number[];
  readonly python: string;
  readonly pycocotools: string;
  readonly numpy: string;
}

const peerScript = fileURLToPath(new URL('coco-peer.py', import.meta.url));

/**
 * Evaluates a generated set by boxes and by masks, in turn with pycocotools where it is installed.
 *
 * @param options.cli the launcher that is measured, `cli/bin.js`
 * @param options.python the interpreter to look for pycocotools in
 * @param options.seconds for each measurement; one run is made at least
 * @param options.onCase is told before each run
 * @throws InfrastructureError `BENCH_FAILED` when a run fails
 */
export async function benchCoco(options: {
  readonly cli: string;
  readonly python: string;
  readonly seconds: number;
  readonly size?: CocoSize;
  readonly signal?: AbortSignal;
  onCase(name: string, mode: string): void;
}): Promise<CocoBench> {
  const { size = fullSize } = options;
  const folder = makeTemporaryFolder('redistill-bench-');
  try {
    options.onCase('coco', `generating ${size.images} pictures`);
    const files = writeCoco(folder, size);
    const results: CocoResult[] = [];
    let peer: PeerOutput | null = null;
    for (const iou of ['bbox', 'segm'] as const) {
      const measured = await measure(iou, files, options);
      results.push(measured.result);
      peer = measured.peer;
    }
    return {
      schemaVersion: 1,
      suite: 'coco',
      conditions: { ...machine(), peer: peer === null ? null : versions(peer), size },
      results,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Iou = 'bbox' | 'segm';

interface Files {
  readonly gt: string;
  readonly dt: Readonly<Record<Iou, string>>;
}

/**
 * Boxes and masks in files of their own: pycocotools measures sizes by the boxes where it finds
 * both.
 */
function writeCoco(folder: string, size: CocoSize): Files {
  const { annotations, results } = generateCoco(size);
  const files = {
    gt: join(folder, 'gt.json'),
    dt: { bbox: join(folder, 'bbox.json'), segm: join(folder, 'segm.json') },
  };
  writeFileSync(files.gt, JSON.stringify(annotations));
  writeFileSync(files.dt.bbox, JSON.stringify(results.map(({ segmentation: _, ...rest }) => rest)));
  writeFileSync(files.dt.segm, JSON.stringify(results.map(({ bbox: _, ...rest }) => rest)));
  return files;
}

async function measure(
  iou: Iou,
  { gt, dt }: Files,
  options: Parameters<typeof benchCoco>[0],
): Promise<{ result: CocoResult; peer: PeerOutput | null }> {
  const name = `coco-${iou}` as const;
  const mine: number[] = [];
  const theirs: number[] = [];
  let figures: readonly number[] = [];
  let peer: PeerOutput | null = null;
  do {
    options.onCase(name, 'redistill');
    const own = await timed(
      process.execPath,
      [options.cli, 'coco-eval', '--gt', gt, '--dt', dt[iou], '--iou', iou, '--json'],
      options.signal,
    );
    if (own.exitCode !== 0) throw failed('redistill coco-eval', own.stderr);
    mine.push(own.milliseconds);
    figures = Object.values(
      (JSON.parse(own.stdout) as { metrics: Record<string, number> }).metrics,
    );
    options.onCase(name, 'pycocotools');
    const other = await timed(options.python, [peerScript, gt, dt[iou], iou], options.signal);
    if (other.exitCode === 0) {
      theirs.push(other.milliseconds);
      peer = JSON.parse(other.stdout) as PeerOutput;
    } else if (other.exitCode !== undefined && other.exitCode !== 3) {
      throw failed('pycocotools', other.stderr);
    }
  } while (sum(mine) < options.seconds * 1000);
  const result: CocoResult = {
    name,
    ours_ms: median(mine),
    peer_ms: peer === null ? null : median(theirs),
    max_difference: peer === null ? null : largestDifference(figures, peer.figures),
    samples: { ours: spread(mine), peer: peer === null ? null : spread(theirs) },
  };
  return { result, peer };
}

/** Exit code undefined: there is no such program. */
async function timed(file: string, args: readonly string[], signal: AbortSignal | undefined) {
  const start = performance.now();
  const { exitCode, stdout, stderr } = await execa(file, args, {
    stdin: 'ignore',
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  return { exitCode, stdout, stderr, milliseconds: performance.now() - start };
}

function failed(what: string, stderr: string): InfrastructureError {
  return new InfrastructureError(
    'BENCH_FAILED',
    `The measured process (${what}) failed: ${processReason(stderr)}.`,
    { hint: 'Run redistill doctor.' },
  );
}

function machine() {
  const processors = cpus();
  return {
    hardware: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    os: `${type()} ${release()}`,
    node: process.version,
  };
}

const versions = ({ python, pycocotools, numpy }: PeerOutput) => ({ python, pycocotools, numpy });

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? Number.NaN))));
}
