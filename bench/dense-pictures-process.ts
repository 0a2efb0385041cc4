import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { assembleBatch, type DenseBatch } from '../runners/data/dense/batch.ts';
import type { DenseRecipe } from '../runners/data/dense/epoch-plan.ts';
import { keepRatioSize, padSize } from '../runners/data/dense/geometry.ts';
import { imagenetNormalisation } from '../runners/data/dense/normalise.ts';
import { pictureBytes } from '../runners/data/dense/sources.ts';
import type { TargetModuleExports } from '../runners/data/dense/target-maker.ts';
import type { DensePicture, DenseSplit } from '../runners/data/dense/types.ts';
import { loadDenseDataset } from '../runners/data/registry.ts';
import { loadDetector } from '../runners/detection/registry.ts';

/*
 * Our side of bench/dense-pictures.ts: makes the pictures of COCO128 as a detector's loader does,
 * in one thread. Arguments: where the data are, and a folder into which it writes the pictures as
 * files for both sides. A line "VARIANT PICTURES" on standard input makes that many and prints the
 * milliseconds of processor time for each.
 */

const [data = '', folder = ''] = process.argv.slice(2);
const scale = [1333, 800] as const;
const { train, classes } = await loadDenseDataset('coco128', { folder: data });
mkdirSync(folder, { recursive: true });
const names = train.pictures.map((_, index) => `${String(index).padStart(4, '0')}.jpg`);
for (const [index, name] of names.entries()) {
  writeFileSync(join(folder, name), await pictureBytes(train.source, index));
}
const split: DenseSplit = { ...train, source: { kind: 'files', folder, names } };
const plain: DenseRecipe = {
  ...{ batchSize: 1, dropLast: false, seed: null, flip: false, crop: null, withoutEmpty: false },
  ...{ scales: [scale], buckets: [], normalisation: imagenetNormalisation },
};
const detector = await loadDetector('retinanet-r50-fpn', { classes: classes.length });
const { module, options } = detector.training.targets({ batchSize: 1, boxes: 0 });
const { createTargetMaker } = (await import(module)) as TargetModuleExports;
const targetsOf = await createTargetMaker(options);

/** A batch of one picture, padded to a multiple of 32. */
function pictureOf(index: number, recipe: DenseRecipe): Promise<DenseBatch> {
  const { height, width } = split.pictures[index] as DensePicture;
  const bucket = padSize(keepRatioSize([height, width], scale), 32);
  return assembleBatch(split, null, recipe, 1, 0, { bucket, indices: [index] });
}

const variants: Readonly<Record<string, (index: number) => Promise<unknown>>> = {
  'bytes, padded': (index) => pictureOf(index, { ...plain, seed: 1, flip: true }),
  "with RetinaNet's targets": async (index) => {
    const batch = await pictureOf(index, { ...plain, seed: 1, flip: true });
    return targetsOf(batch, { epoch: 1, seed: 1 });
  },
};

/** SHA-256 of a picture's bytes after resizing, without the padding. */
async function checksum(index: number): Promise<string> {
  const { images, width, pictures } = await pictureOf(index, plain);
  const [rows, columns] = pictures[0]?.imgShape ?? [0, 0];
  const hash = createHash('sha256');
  for (let y = 0; y < rows; y += 1) {
    hash.update(images.subarray(y * width * 3, (y * width + columns) * 3));
  }
  return hash.digest('hex');
}

const checksums: string[] = [];
for (const index of names.keys()) checksums.push(await checksum(index));
process.stdout.write(
  `${JSON.stringify({ variants: Object.keys(variants), versions: process.versions.node, checksums })}\n`,
);
let next = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [, variant = '', count] = /^(.*) (\d+)$/.exec(line) ?? [];
  const times: number[] = [];
  for (let each = 0; each < Number(count); each += 1) {
    const before = process.cpuUsage();
    await variants[variant]?.(next % names.length);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    next += 1;
  }
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ times, peakMiB })}\n`);
}
