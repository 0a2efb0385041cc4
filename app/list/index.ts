import type { ListedKind } from './types.ts';

/**
 * Every kind that `redistill list` knows. One line each; its file is loaded when it is asked for.
 */
// biome-ignore format: a table
export const listedKinds = {
  suites: { about: 'tables of papers and studies, as YAML', load: async () => (await import('./suites.ts')).suites },
  methods: { about: 'distillation methods and plug-ins', load: async () => (await import('./methods.ts')).methodsKind },
  networks: { about: 'teachers and students', load: async () => (await import('./networks.ts')).networks },
  datasets: { about: 'data sets', load: async () => (await import('./datasets.ts')).datasetsKind },
  recipes: { about: 'training protocols', load: async () => (await import('./recipes.ts')).recipes },
  executors: { about: 'where trials are trained', load: async () => (await import('./executors.ts')).executors },
} as const satisfies Readonly<Record<string, { about: string; load(): Promise<ListedKind> }>>;

export type ListedKindName = keyof typeof listedKinds;

/** The names of the kinds, in the order of the help. */
export const listedKindNames = Object.keys(listedKinds) as readonly ListedKindName[];
