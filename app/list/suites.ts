import { defaultScale, listSuites, loadSuite, ownSuiteFile } from '../../suites/load.ts';
import type { SuiteFile, SuiteScale } from '../../suites/suite-types.ts';
import { owned } from './own.ts';
import type { Description, Facts, Listed, ListedKind } from './types.ts';

/** Suites of Redistill and of the user's configuration; a description also takes a path. */
export const suites: ListedKind = {
  columns: ['task', 'scales', 'rows x columns'],
  list: async () => listSuites().map(listed),
  describe: async (name) => described(name),
};

function listed(name: string): Listed {
  const { definition } = loadSuite(name);
  const { title, task, scales, rows, columns } = definition;
  return {
    name,
    title: owned(title, ownSuiteFile(name)),
    columns: [task, Object.keys(scales).join(', '), `${rows.length} x ${columns.length}`],
  };
}

function described(name: string): Description {
  const suite = loadSuite(name);
  const { definition, file } = suite;
  return {
    name: suite.id,
    title: definition.title,
    facts: [
      ['about', definition.about ?? ''],
      ['task', definition.task],
      ['published table', tableNames(definition)],
      ['metrics', metricWords(definition)],
      ['methods', [...new Set(definition.rows.map((row) => row.method ?? row.name))].join(', ')],
      ['pairs', definition.columns.map(({ id }) => id).join(', ')],
      ['file', file],
      ['train it', `redistill run ${name} --scale ${defaultScale(suite)}`],
    ],
    tables: [scaleTable(definition)],
  };
}

function tableNames({ table, noReference }: SuiteFile): string {
  if (table === undefined) return noReference ?? 'none';
  return typeof table === 'string' ? table : Object.values(table).join(', ');
}

function metricWords({ metrics }: SuiteFile): string {
  return Object.entries(metrics)
    .map(([metric, { margin }]) => `${metric} (margin ${margin})`)
    .join(', ');
}

function scaleTable({ scales }: SuiteFile): Facts {
  return {
    title: 'Scales',
    columns: ['scale', 'data set', 'recipe', 'seeds'],
    rows: Object.entries(scales).map(([scale, setting]) => scaleRow(scale, setting)),
  };
}

function scaleRow(scale: string, { dataset, recipe, seeds }: SuiteScale): readonly string[] {
  const recipeName = typeof recipe === 'string' ? recipe : `${recipe.name} with changes`;
  return [scale, dataset, recipeName, seeds.join(', ')];
}
