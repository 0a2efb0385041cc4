import { rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../common/files.ts';
import { nodeArguments } from '../runners/engine/environment.ts';
import { type Lane, startLane } from './lane.ts';
import { simulateLoader } from './loader-simulation.ts';
import { median } from './spread.ts';

/*
 * Processor time of a picture of a detector's loader at 1333 x 800, beside OpenCV on the same
 * pictures of COCO128: `PYTHON=... node bench/dense-pictures.ts DATA` prints the tables of
 * docs/detection-data.md. Both run in turn, a burst each, because a machine drifts. From the times
 * it simulates whether the loader of a training on 16 cores starves its step.
 */

interface Hello {
  readonly versions: string;
  /** Of every picture after resizing. */
  readonly checksums: readonly string[];
}

const perBurst = 32;
const bursts = 12;

/** Milliseconds of every picture of the bursts of both sides, in turn. */
async function measured(lanes: readonly (readonly [lane: Lane<Hello>, variant: string])[]) {
  const times = lanes.map((): number[] => []);
  // The first burst of each warms up.
  for (let burst = 0; burst <= bursts; burst += 1) {
    for (const [place, [lane, variant]] of lanes.entries()) {
      const found = (await lane.run(variant, perBurst)).times;
      if (burst > 0) times[place]?.push(...found);
    }
  }
  return times as (readonly number[])[];
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Median over the bursts of their means: pictures have different sizes. */
const perPicture = (times: readonly number[]) =>
  median(
    Array.from({ length: bursts }, (_, burst) =>
      mean(times.slice(burst * perBurst, (burst + 1) * perBurst)),
    ),
  );

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const folder = makeTemporaryFolder('redistill-bench-');
try {
  const [data = '.'] = process.argv.slice(2);
  const pictures = join(folder, 'pictures');
  const ours = await startLane<Hello>(
    process.execPath,
    [...nodeArguments(), beside('dense-pictures-process.ts'), data, pictures],
    {},
  );
  if (ours === null) throw new Error('our side did not start');
  const python = process.env['PYTHON'] ?? 'python3';
  const peer = await startLane<Hello>(python, [beside('dense-pictures-peer.py'), pictures], {});
  if (peer === null) throw new Error('OpenCV is not installed');
  const [own, bytes, floats] = (await measured([
    [ours, 'bytes, padded'],
    [peer, 'bytes, padded'],
    [peer, 'normalised, padded'],
  ])) as [readonly number[], readonly number[], readonly number[]];
  const [whole = []] = await measured([[ours, "with RetinaNet's targets"]]);
  await Promise.all([ours.stop(), peer.stop()]);
  const same = ours.hello.checksums.filter((sum, at) => sum === peer.hello.checksums[at]).length;
  const round = (value: number) => value.toFixed(2);
  const row = (what: string, theirs: readonly number[]) => {
    const [a, b] = [perPicture(own), perPicture(theirs)];
    return `| ${what} | ${round(a)} | ${round(b)} | ${round(b / a)} |`;
  };
  const simulated = [150, 75].map((step) => {
    const settings = { batchSize: 16, threads: 16, prefetch: 1, step, steps: 2000 };
    const { first, waits, waited } = simulateLoader({ pictures: whole, ...settings });
    return `| ${step} | ${round(first)} | ${waits} of 1999 | ${round(waited / 1999)} |`;
  });
  process.stdout.write(
    [
      `Node ${ours.hello.versions}; ${peer.hello.versions}; ${cpus()[0]?.model}, load ${loadavg().map(round).join(', ')}`,
      `${same} of ${ours.hello.checksums.length} resized pictures have equal bytes.`,
      '',
      '| beside | ours, ms | OpenCV, ms | throughput per core |',
      '|---|---|---|---|',
      row('imread, resize, flip, pad', bytes),
      row('imread, resize, flip, normalise, pad', floats),
      '',
      `With RetinaNet's targets: ${round(perPicture(whole))} ms. Simulated, 16 threads on 16 cores, batches of 16:`,
      '',
      '| step, ms | first batch after, ms | steps that waited | mean wait, ms |',
      '|---|---|---|---|',
      ...simulated,
      '',
    ].join('\n'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
