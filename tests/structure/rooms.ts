/*
 * The rooms of the house, from the ground up, and what each may stand on. Every room may name
 * `common` and `contract`; `contract` names `common` alone. Whoever needs an import that the table
 * does not have adds it here, or sees that the code belongs elsewhere. There are no exceptions.
 */

/** What each room may name, besides itself and the ground. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  common: [],
  // What crosses a process, a file or a year.
  contract: [],

  'reference/published': [],
  'reference/backbones': [],
  'reference/recipes': [],
  'reference/teachers': ['reference/published'],
  // The statistics.
  'reference/verdict': ['reference/published'],
  'reference/claims': ['reference/published', 'reference/verdict'],
  'reference/history': ['reference/verdict'],

  'runners/engine': [],
  'runners/formats': [],
  'runners/data': ['runners/formats'],
  'runners/metrics': ['runners/data'],
  'runners/networks': ['runners/engine'],
  'runners/distillers': ['runners/engine', 'runners/networks', 'runners/data'],
  // What all tasks share.
  'runners/tasks': [
    ...['runners/engine', 'runners/networks', 'runners/data', 'runners/distillers'],
  ],
  'runners/classification': [
    ...['runners/engine', 'runners/networks', 'runners/data', 'runners/distillers'],
    'runners/tasks',
  ],
  'runners/detection': [
    ...['runners/engine', 'runners/networks', 'runners/data', 'runners/distillers'],
    ...['runners/tasks', 'runners/metrics'],
  ],
  'runners/segmentation': [
    ...['runners/engine', 'runners/networks', 'runners/data', 'runners/distillers'],
    ...['runners/tasks', 'runners/metrics'],
  ],
  // What the kinds of users' own files are made with.
  'runners/api': [
    ...['runners/engine', 'runners/networks', 'runners/distillers', 'runners/detection'],
    ...['runners/segmentation', 'runners/data'],
  ],
  // What is asked of all tasks: their methods, networks and recipes by name.
  'runners/catalogue': [
    ...['runners/networks', 'runners/distillers', 'runners/tasks', 'runners/metrics'],
    ...['runners/api', 'runners/data'],
    ...['runners/classification', 'runners/detection', 'runners/segmentation'],
  ],
  'runners/weights': [
    ...['runners/formats', 'runners/data', 'runners/networks', 'runners/tasks'],
    'runners/catalogue',
  ],
  // Logs and code of others.
  'runners/official': ['runners/engine', 'runners/distillers'],
  'runners/external': ['runners/official'],
  // The loop and its worker process.
  'runners/training': [
    ...['runners/engine', 'runners/formats', 'runners/networks', 'runners/tasks'],
    ...['runners/catalogue', 'runners/weights', 'runners/external', 'runners/api'],
  ],
  'runners/executors': ['runners/engine', 'runners/training', 'runners/weights'],
  'runners/doctor': ['runners/engine', 'runners/data', 'tools'],
  'runners/parity': [
    ...['runners/engine', 'runners/data', 'runners/metrics', 'runners/networks'],
    ...[
      'runners/distillers',
      'runners/tasks',
      'runners/classification',
      'runners/detection',
      'runners/segmentation',
      'runners/weights',
    ],
  ],

  // Suites know kinds by their ids and words: through which files, `suiteWindows` says.
  suites: [
    ...['reference/published', 'reference/backbones', 'reference/recipes', 'reference/teachers'],
    ...['runners/catalogue', 'runners/data', 'runners/external', 'runners/official'],
    ...['runners/tasks', 'runners/weights'],
  ],
  results: ['reference/published'],
  reports: [
    ...['results', 'suites', 'reference/published', 'reference/verdict', 'reference/claims'],
    ...['reference/history', 'reference/recipes'],
  ],
  bench: [
    ...['results', 'reports', 'reference/published', 'reference/verdict', 'reference/claims'],
    ...['reference/history', 'reference/recipes', 'runners/engine', 'runners/data'],
    ...['runners/networks', 'runners/distillers', 'runners/tasks', 'runners/classification'],
    ...['runners/catalogue', 'runners/detection', 'runners/segmentation', 'runners/training'],
  ],
  app: ['*'],
  cli: ['*'],
  tools: ['runners/engine', 'runners/training'],
};

/** Rooms that only these others may name; all else is below them. */
export const roofs: Readonly<Record<string, readonly string[]>> = {
  'runners/parity': ['app', 'cli'],
  bench: ['app', 'cli'],
  app: ['cli'],
  cli: [],
};

/**
 * The files of runners/ that suites may name: tables of names and words, stores of what is here.
 */
export const suiteWindows: readonly string[] = [
  'runners/catalogue/all.ts',
  'runners/catalogue/catalogue.ts',
  'runners/catalogue/dense-networks.ts',
  'runners/catalogue/shared-networks.ts',
  'runners/catalogue/networks.ts',
  'runners/data/all.ts',
  'runners/data/dataset.ts',
  'runners/data/cache.ts',
  'runners/data/own-folders.ts',
  'runners/data/registry.ts',
  'runners/external/command.ts',
  'runners/external/log.ts',
  'runners/official/log-name.ts',
  'runners/official/protocols.ts',
  'runners/tasks/planned-pair.ts',
  'runners/tasks/recipe-use.ts',
  'runners/tasks/task-metrics.ts',
  'runners/weights/backbones/store.ts',
  'runners/weights/checkpoints/store.ts',
  'runners/weights/teachers/store.ts',
];

/** Each executor has a folder here, which `kinds.ts` alone names from outside. */
export const executorsFolder = 'runners/executors/';

/** Folders there that belong to no single executor. */
export const executorsShared: readonly string[] = ['cluster'];

const ground: readonly string[] = ['common', 'contract'];

/** Whether a file of one room may name one of another. */
export function mayName(from: string, to: string): boolean {
  if (ground.includes(from)) return from === 'contract' && to === 'common';
  if (Object.hasOwn(roofs, to) && !(roofs[to] ?? []).includes(from)) return false;
  const allowed = rooms[from] ?? [];
  return ground.includes(to) || allowed.includes(to) || allowed.includes('*');
}

/** `runners/data` for `runners/data/coco/rle.ts`; elsewhere the top folder. */
export function roomOf(path: string): string {
  const [top, second, third] = path.split('/');
  const nested = (top === 'runners' || top === 'reference') && third !== undefined;
  return nested ? `${top}/${second}` : (top as string);
}
