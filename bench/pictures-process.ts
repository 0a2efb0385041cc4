import { createInterface } from 'node:readline';
import { imagenetNormalisation } from '../runners/data/dense/normalise.ts';
import { imagenetLayout } from '../runners/data/streamed/imagenet.ts';
import { indexSet } from '../runners/data/streamed/index-set.ts';
import { streamReader } from '../runners/data/streamed/reader.ts';
import { fillViews } from '../runners/data/views/batch.ts';

/*
 * Our side of bench/pictures.ts: makes training views of the pictures in a folder in one thread. A
 * line "VARIANT PICTURES" on standard input makes that many and prints the milliseconds of
 * processor time for each, as one number.
 */

const [folder = ''] = process.argv.slice(2);
const { train } = await indexSet(folder, imagenetLayout);
const reader = streamReader(train);
const order = Int32Array.from({ length: train.count }, (_, index) => index);
const size = 224;
const recipes = {
  'random resized crop': { kind: 'random-resized-crop', size, resize: 256 },
  'the same, bicubic': { kind: 'random-resized-crop', size, resize: 256, interpolation: 'bicubic' },
} as const;
process.stdout.write(
  `${JSON.stringify({ variants: Object.keys(recipes), versions: process.versions.node })}\n`,
);

let epoch = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [, variant, count] = /^(.*) (\d+)$/.exec(line) as unknown as [
    string,
    keyof typeof recipes,
    string,
  ];
  const batchSize = Number(count);
  const target = {
    images: new Uint8Array(batchSize * size * size * 3),
    strong: new Uint8Array(0),
    labels: new Int32Array(batchSize),
    indices: new Int32Array(batchSize),
  };
  const recipe = {
    ...{ batchSize, dropLast: true, seed: 1, normalisation: imagenetNormalisation },
    ...{ augmentation: { crop: null, flip: true }, input: recipes[variant] },
  };
  epoch += 1;
  const before = process.cpuUsage();
  await fillViews(reader, recipe, order, { epoch, step: 0 }, target, { first: 0, every: 1 });
  const { user, system } = process.cpuUsage(before);
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(
    `${JSON.stringify({ times: [(user + system) / 1000 / batchSize], peakMiB })}\n`,
  );
}
