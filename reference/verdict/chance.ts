/** Classes of the data sets whose tables are reproduced, as their publishers state them. */
const classes: Readonly<Record<string, number>> = {
  cifar10: 10,
  cifar100: 100,
  cub200: 200,
  'tiny-imagenet': 200,
  tinyimagenet: 200,
  imagenet: 1000,
  cityscapes: 19,
  voc: 21,
  ade20k: 150,
};

/**
 * The score of a network that learned nothing, in percent: one answer for every picture. Null where
 * it is not known.
 *
 * top1, top5: a share of the classes (balanced test sets); mIoU: at most one class is hit, and its
 * IoU is at most 1; AP: 0.
 */
export function chanceLevel(dataset: string, metric: string): number | null {
  const name = metric.toLowerCase();
  if (/^ap/.test(name)) return 0;
  const count = Object.hasOwn(classes, dataset) ? (classes[dataset] as number) : null;
  if (count === null) return null;
  if (name === 'top1' || name === 'miou') return 100 / count;
  return name === 'top5' ? Math.min(100, 500 / count) : null;
}

/**
 * Whether a value is chance: at most twice the chance level, because a lucky guess is no learning.
 */
export function atChance(value: number, level: number | null): boolean {
  return level !== null && value <= 2 * level;
}
