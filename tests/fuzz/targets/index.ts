import type { FuzzTarget } from '../target.ts';

/** Every target, loaded when it is wanted: each runs in a process of its own. */
const targets = {
  suites: () => import('./suites.ts'),
  recipes: () => import('./recipes.ts'),
  published: () => import('./published.ts'),
  journals: () => import('./journals.ts'),
  ingest: () => import('./ingest.ts'),
  status: () => import('./status.ts'),
  safetensors: () => import('./safetensors.ts'),
  pickles: () => import('./pickles.ts'),
  checkpoints: () => import('./checkpoints.ts'),
  coco: () => import('./coco.ts'),
  pictures: () => import('./pictures.ts'),
  baseline: () => import('./baseline.ts'),
  archives: () => import('./archives.ts'),
  zips: () => import('./zips.ts'),
  tars: () => import('./tars.ts'),
  mats: () => import('./mats.ts'),
  cifar: () => import('./cifar.ts'),
  logs: () => import('./logs.ts'),
  'external-logs': () => import('./external-logs.ts'),
  messages: () => import('./messages.ts'),
} as const satisfies Readonly<Record<string, () => Promise<{ readonly target: unknown }>>>;

export const targetNames: readonly string[] = Object.keys(targets);

export async function loadTarget(name: string): Promise<FuzzTarget> {
  if (!Object.hasOwn(targets, name)) {
    throw new Error(`There is no target "${name}"; there are ${targetNames.join(', ')}.`);
  }
  const { target } = await targets[name as keyof typeof targets]();
  return target as FuzzTarget;
}
