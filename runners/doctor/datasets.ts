import type { DatasetFacts } from './types.ts';

/**
 * The named data sets and whether they are here. The list is loaded only now, and is empty where it
 * does not load: it needs packages whose absence has a finding of its own.
 */
export async function datasetFacts(options: {
  readonly folder: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<readonly DatasetFacts[]> {
  try {
    const { listDatasets } = await import('../data/registry.ts');
    const { remarkSentences } = await import('../data/pictures/remarks.ts');
    return (await listDatasets(options)).map(({ id, present, where, todo, remarks }) => ({
      id,
      present,
      note: [(present ? where : todo) ?? '', ...remarkSentences(remarks)].join('. '),
    }));
  } catch {
    return [];
  }
}
