import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../common/files.ts';
import { nodeArguments } from '../runners/engine/environment.ts';
import { startLane } from './lane.ts';
import { writePhotographs } from './pictures-cases.ts';
import { median } from './spread.ts';

/*
 * Processor time of a training view of a streamed picture, beside torchvision and Pillow on the
 * same files: `PYTHON=... node bench/pictures.ts` prints the table of docs/pictures.md. Both run in
 * turn, a burst each, because a machine drifts.
 */

interface Hello {
  readonly versions: string;
}

const pictures = 60;
const perBurst = 50;
const bursts = 15;

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const folder = makeTemporaryFolder('redistill-bench-');
try {
  await writePhotographs(folder, pictures);
  const ours = await startLane<Hello>(
    process.execPath,
    [...nodeArguments(), beside('pictures-process.ts'), folder],
    {},
  );
  const python = process.env['PYTHON'] ?? 'python3';
  const peer = await startLane<Hello>(python, [beside('pictures-peer.py'), folder], {});
  if (ours === null) throw new Error('our side did not start');
  const rows = [];
  for (const variant of ours.hello.variants) {
    const times = { ours: [] as number[], peer: [] as number[] };
    // The first burst of each warms up.
    for (let burst = 0; burst <= bursts; burst += 1) {
      const mine = (await ours.run(variant, perBurst)).times[0] as number;
      const theirs = (await peer?.run(variant, perBurst))?.times[0];
      if (burst === 0) continue;
      times.ours.push(mine);
      if (theirs !== undefined) times.peer.push(theirs);
    }
    const [a, b] = [median(times.ours), peer === null ? null : median(times.peer)];
    const round = (value: number | null) => (value === null ? '' : value.toFixed(2));
    rows.push(`| ${variant} | ${round(a)} | ${round(b)} | ${round(b === null ? null : b / a)} |`);
  }
  await Promise.all([ours.stop(), peer?.stop()]);
  process.stdout.write(
    [
      `Node ${ours.hello.versions}; ${peer?.hello.versions ?? 'no torchvision'}; ${cpus()[0]?.model}`,
      '',
      '| view | ours, ms | torchvision, ms | throughput per core |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
