import type { DatasetStatus } from '../../runners/data/dataset.ts';
import { datasetForms, datasets, listDatasets } from '../../runners/data/registry.ts';
import { fileFact, owned } from './own.ts';
import type { Description, ListContext, Listed, ListedKind } from './types.ts';
import { unknownName } from './unknown.ts';

/** Named data sets, with what is on this machine. */
export const datasetsKind: ListedKind = {
  columns: ['here', 'classes', 'train', 'test'],
  list: async (context) => (await statuses(context)).map(listed),
  describe: async (name, context) => {
    const all = await statuses(context);
    const found = all.find(({ id }) => id === name);
    if (found !== undefined) return described(found);
    // Names that stand for a folder or archive of one's own.
    const patterns = datasetForms().map((form) => `${form}FOLDER`);
    throw unknownName('dataset', name, [...all.map(({ id }) => id), ...patterns]);
  },
};

function statuses({ data, environment }: ListContext): Promise<DatasetStatus[]> {
  return listDatasets({ folder: data, environment });
}

function listed({ id, title, present, classes, train, test }: DatasetStatus): Listed {
  return {
    name: id,
    title: owned(title, datasets.fileOf(id)),
    columns: [present ? 'yes' : 'no', `${classes}`, `${train}`, `${test}`],
  };
}

function described(status: DatasetStatus): Description {
  const { id, title, present, where, form, todo, classes, train, test } = status;
  return {
    name: id,
    title,
    facts: [
      ...fileFact(datasets.fileOf(id)),
      ['classes', `${classes}`],
      ['pictures', `${train} to train, ${test} to test`],
      ['here', present ? (where ?? 'yes') : 'no'],
      ['form', form ?? ''],
      ['what to do', todo ?? ''],
      ['check it', `redistill data verify ${id}`],
    ],
    tables: [],
  };
}
