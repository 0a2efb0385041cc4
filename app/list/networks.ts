import '../../runners/detection/all.ts';
import '../../runners/distillers/all.ts';
import '../../runners/networks/all.ts';
import '../../runners/segmentation/all.ts';
import { RedistillError } from '../../common/errors.ts';
import {
  createDetector,
  detectorNames,
  detectors,
  hasDetector,
} from '../../runners/detection/registry.ts';
import { denseMethods } from '../../runners/distillers/dense/registry.ts';
import type { DenseShapes } from '../../runners/distillers/dense/types.ts';
import { methods } from '../../runners/distillers/registry.ts';
import {
  createNetwork,
  hasNetwork,
  networkNames,
  networks as table,
} from '../../runners/networks/registry.ts';
import type { Network, ParamSpec } from '../../runners/networks/types.ts';
import {
  createSegmenter,
  hasSegmenter,
  segmenterNames,
  segmenters,
} from '../../runners/segmentation/registry.ts';
import { fileFact, owned } from './own.ts';
import type { Description, Facts, Listed, ListedKind } from './types.ts';
import { unknownName } from './unknown.ts';

/** Networks of classification, detectors and segmenters. */
export const networks: ListedKind = {
  columns: ['task', 'parameters'],
  list: async () => [
    ...networkNames().map((name) => {
      const { params, inputShape } = createNetwork(name, { classes });
      const what = `for pictures of ${inputShape.join(' x ')}`;
      return listed(name, 'classification', params, owned(what, table.fileOf(name)));
    }),
    ...detectorNames().map((name) => {
      const { params } = createDetector(name, { classes: categories });
      const what = `for ${categories} categories`;
      return listed(name, 'detection', params, owned(what, detectors.fileOf(name)));
    }),
    ...segmenterNames().map((name) => {
      const { params } = createSegmenter(name, { classes: labels });
      const what = `for ${labels} classes`;
      return listed(name, 'segmentation', params, owned(what, segmenters.fileOf(name)));
    }),
  ],
  describe: async (name) => {
    if (hasNetwork(name)) return describeNetwork(name);
    if (hasDetector(name)) {
      const { params, shapes } = createDetector(name, { classes: categories });
      return describeDense(name, 'detection', params, shapes);
    }
    if (hasSegmenter(name)) {
      const { params, shapes } = createSegmenter(name, { classes: labels });
      return describeDense(name, 'segmentation', params, shapes);
    }
    throw unknownName('network', name, [
      ...networkNames(),
      ...detectorNames(),
      ...segmenterNames(),
    ]);
  },
};

/** Sizes of the last layer for which parameters are counted: CIFAR-100, COCO, Cityscapes. */
const classes = 100;
const categories = 80;
const labels = 19;

function listed(name: string, task: string, params: readonly ParamSpec[], title: string): Listed {
  return { name, title, columns: [task, countOf(params)] };
}

/** Trained numbers, as papers count parameters. */
function countOf(params: readonly ParamSpec[]): string {
  const count = params
    .filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return count.toLocaleString('en-US');
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

async function describeNetwork(name: string): Promise<Description> {
  const network = createNetwork(name, { classes });
  // Shapes come from a forward pass, so this is where TensorFlow is loaded.
  const { networkShapes } = await import('../../runners/networks/shapes.ts');
  const { features, pooled } = networkShapes(network);
  const refusals = await refusalsOf(network);
  return {
    name,
    title: `network for classification, ${classes} classes`,
    facts: [
      ['task', 'classification'],
      ...fileFact(table.fileOf(name)),
      ['input', network.inputShape.join(' x ')],
      ['parameters', countOf(network.params)],
      ['pooled features', `${pooled}`],
      ['methods', fitting(refusals)],
    ],
    tables: [
      {
        title: 'Stage maps',
        columns: ['stage', 'height x width x channels'],
        rows: features.map((shape, index) => [`${index}`, shape.join(' x ')]),
      },
      ...refusalTable(refusals),
    ],
  };
}

/**
 * Why methods cannot distil into this network from a teacher of the same kind; null where they can.
 */
async function refusalsOf(network: Network): Promise<Map<string, string | null>> {
  const { createDistiller } = await import('../../runners/distillers/create.ts');
  const trainLabels = Int32Array.from({ length: 2 * classes }, (_, index) => index % classes);
  const teacherWeights = Object.fromEntries(
    network.params.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape)).fill(1)]),
  );
  return new Map(
    methods.all.map(({ id }) => [
      id,
      reasonAgainst(() =>
        createDistiller(
          id,
          {},
          { student: network, teacher: network, trainLabels, teacherWeights },
        ),
      ),
    ]),
  );
}

function reasonAgainst(attempt: () => unknown): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof RedistillError && error.code === 'METHOD_NETWORKS') return error.message;
    throw error;
  }
}

function fitting(refusals: ReadonlyMap<string, string | null>): string {
  return [...refusals].flatMap(([id, reason]) => (reason === null ? [id] : [])).join(', ');
}

function refusalTable(refusals: ReadonlyMap<string, string | null>): Facts[] {
  const rows = [...refusals].flatMap(([id, reason]) => (reason === null ? [] : [[id, reason]]));
  if (rows.length === 0) return [];
  return [{ title: 'Methods that cannot use it', columns: ['method', 'why'], rows }];
}

function describeDense(
  name: string,
  task: string,
  params: readonly ParamSpec[],
  shapes: DenseShapes,
): Description {
  const refusals = new Map(
    denseMethods.all.map(({ id, refuses }) => [id, refuses(shapes.family)] as const),
  );
  return {
    name,
    title: `network for ${task}`,
    facts: [
      ['task', task],
      ...fileFact(detectors.fileOf(name) ?? segmenters.fileOf(name)),
      ['family', shapes.family],
      ['parameters', countOf(params)],
      ['methods', fitting(refusals)],
    ],
    tables: refusalTable(refusals),
  };
}
