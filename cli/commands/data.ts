import type { Writable } from 'node:stream';
import cliProgress from 'cli-progress';
import {
  type DataCheck,
  type DataFolderOption,
  type DatasetStatus,
  type FetchedData,
  fetchData,
  listBackbones,
  listData,
  listTeachers,
  verifyData,
} from '../../app/data.ts';
import { exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { printBackbone, printBackbones } from '../output/backbones.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printFetchedTeachers, printTeachers } from '../output/teachers.ts';

export const command = defineCommand({
  name: 'data',
  summary: 'list, fetch and verify data sets and released weights',
  description:
    'list (the default) shows the data sets, whether they are here and what to do about the others. fetch downloads an ' +
    'official archive with its checksum and resumes where a transfer broke off. verify reads a set from its files again ' +
    'and refuses what is truncated, corrupt or another file; without NAME it verifies every set that is here. teachers shows ' +
    'the weights that authors released, with their published accuracy and licence; backbones shows those that backbones of detectors and ' +
    'segmenters start with. fetch takes the name of a release (or RELEASE/NETWORK), whose teachers it imports, and of weights of a backbone as well.',
  arguments: [
    {
      name: 'action',
      summary: 'what to do; list without it',
      choices: ['list', 'fetch', 'verify', 'teachers', 'backbones'],
    },
    {
      name: 'name',
      summary:
        'a data set, images:FOLDER or coco:FOLDER under the data folder, a release of teachers, or weights of a backbone',
    },
  ],
  options: {
    plugin: sharedOptions.plugin,
    config: sharedOptions.config,
    data: sharedOptions.data,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill data', meaning: 'what is here' },
    { command: 'redistill data fetch cifar100', meaning: 'the official archive, into the cache' },
    {
      command: 'redistill data fetch mdistiller-cifar100',
      meaning: 'the teachers of DKD and LSKD, ready to teach at scale paper',
    },
    {
      command: 'redistill data fetch torchvision/resnet50',
      meaning: 'ImageNet weights that detectors start with, into the cache',
    },
    {
      command: 'redistill data verify cifar10-images --data ~/data',
      meaning: 'check every picture of ~/data/cifar10.tar.xz',
    },
  ],
  async run(context, [action = 'list', name], { json, ...where }) {
    const { data } = where;
    if (action === 'fetch') return fetchNamed(context, name, where, json);
    if (action === 'verify') return verify(context, name, where, json);
    refuseName(action, name);
    const effects = effectsOf(context);
    if (action === 'teachers')
      return printTeachers(context, await listTeachers({ data }, effects), json);
    if (action === 'backbones') return printBackbones(context, await listBackbones(effects), json);
    return printDatasets(context, await listData(where, effects), json);
  },
});

async function printDatasets(
  context: CommandContext,
  datasets: readonly DatasetStatus[],
  json: boolean,
) {
  if (json) {
    context.json({ schemaVersion, datasets });
    return exitCodes.fine;
  }
  for (const line of renderTable(columns, datasets.map(row))) context.stdout(line);
  const { remarkSentences } = await import('../../runners/data/pictures/remarks.ts');
  for (const { id, todo, remarks } of datasets) {
    if (todo !== null) context.stderr(`${id}: ${todo}`);
    for (const sentence of remarkSentences(remarks)) context.stderr(`${id}: ${sentence}`);
  }
  return exitCodes.fine;
}

function refuseName(action: string, name: string | undefined): void {
  if (name === undefined) return;
  throw new UsageError(
    'USAGE_SURPLUS_ARGUMENT',
    `redistill data ${action} takes no name, but got "${name}".`,
    { hint: 'See redistill data --help.' },
  );
}

const columns: readonly Column[] = [
  { title: 'data set' },
  { title: 'state' },
  { title: 'classes', align: 'right' },
  { title: 'train', align: 'right' },
  { title: 'test', align: 'right' },
  { title: 'what' },
  { title: 'where' },
];

function row(status: DatasetStatus): string[] {
  const { id, title, present, cached, where, form, classes, train, test } = status;
  const state = present ? (cached ? 'ready' : 'here') : 'missing';
  const what = form === null ? title : `${title}: ${form}`;
  return [id, state, `${classes}`, `${train}`, `${test}`, what, where ?? ''];
}

async function fetchNamed(
  context: CommandContext,
  name: string | undefined,
  where: DataFolderOption,
  json: boolean,
) {
  if (name === undefined) {
    const { datasetNames } = await import('../../runners/data/registry.ts');
    throw new UsageError(
      'USAGE_MISSING_ARGUMENT',
      'redistill data fetch needs the NAME of a data set.',
      {
        hint: `Known: ${datasetNames().join(', ')}; released weights: redistill data teachers, redistill data backbones.`,
      },
    );
  }
  const progress = transferProgress(context);
  try {
    const effects = { ...effectsOf(context), onProgress: progress.show };
    printFetched(context, await fetchData({ name, ...where }, effects), json);
    return exitCodes.fine;
  } catch (error) {
    if (!context.signal.aborted) throw error;
    context.stderr(`Stopped. The same command resumes the transfer of ${name}.`);
    return exitCodes.infrastructure;
  } finally {
    progress.stop();
  }
}

function printFetched(context: CommandContext, fetched: FetchedData, json: boolean): void {
  if (fetched.kind === 'teachers') printFetchedTeachers(context, fetched, json);
  else if (fetched.kind === 'backbone') printBackbone(context, fetched.record, json);
  else if (json) {
    context.json({ schemaVersion, dataset: fetched.name, where: fetched.where });
  } else context.stdout(`${fetched.name}: ${fetched.where}`);
}

async function verify(
  context: CommandContext,
  name: string | undefined,
  where: DataFolderOption,
  json: boolean,
) {
  const datasets = await verifyData(
    { ...(name !== undefined && { name }), ...where },
    effectsOf(context),
  );
  if (json) context.json({ schemaVersion, datasets });
  else for (const check of datasets) for (const line of verifyLines(check)) context.stdout(line);
  return datasets.every(({ ok }) => ok) ? exitCodes.fine : exitCodes.failed;
}

/**
 * What became of a set; what is wrong and what to do about it stand together, wherever the output
 * goes.
 */
function verifyLines({ id, ok, hash, where, form, error, hint }: DataCheck): string[] {
  const found = form === null ? where : `${where}, ${form}`;
  if (ok) return [`${id}: fine, data hash ${hash} (${found})`];
  return [`${id}: ${error}`, ...(hint === null ? [] : [`  ${hint}`])];
}

/** A bar on a terminal; a line for every tenth elsewhere. */
function transferProgress({ isTerminal, progress, stderr }: CommandContext) {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (!isTerminal) {
    let told = 0;
    return {
      show(done: number, total: number) {
        const tenth = Math.floor((10 * done) / total);
        if (tenth <= told) return;
        told = tenth;
        stderr(`${megabytes(done)} of ${megabytes(total)} MB`);
      },
      stop() {},
    };
  }
  const bar = new cliProgress.SingleBar({
    stream: progress as Writable & NodeJS.WritableStream,
    format: '{bar} {percentage}% {text}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    gracefulExit: false,
  });
  let started = false;
  return {
    show(done: number, total: number) {
      const text = `${megabytes(done)} of ${megabytes(total)} MB`;
      if (!started) bar.start(total, 0, { text });
      started = true;
      bar.update(done, { text });
    },
    stop() {
      if (started) bar.stop();
    },
  };
}
