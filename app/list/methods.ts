import '../../runners/distillers/all.ts';
import { RedistillError } from '../../common/errors.ts';
import { denseMethods, findDenseMethod } from '../../runners/distillers/dense/registry.ts';
import { type DenseMethod, denseFamilies } from '../../runners/distillers/dense/types.ts';
import { placedOptions, resolveHyper } from '../../runners/distillers/hyper.ts';
import type { Reference } from '../../runners/distillers/kind.ts';
import { parseMethod } from '../../runners/distillers/method-id.ts';
import { defaultsOf } from '../../runners/distillers/option-values.ts';
import { findMethod, findPlugin, methods, plugins } from '../../runners/distillers/registry.ts';
import type { LogitPlugin, Method } from '../../runners/distillers/types.ts';
import { hyperTable } from './hyper-rows.ts';
import { fileFact, owned } from './own.ts';
import type { Description, Listed, ListedKind } from './types.ts';
import { unknownName } from './unknown.ts';

/** Methods and plug-ins of classification, and the methods of detection and segmentation. */
export const methodsKind: ListedKind = {
  columns: ['for', 'kind'],
  list: async () => [
    ...methods.all.map(({ id, title, kind }) =>
      listed(id, owned(title, methods.fileOf(id)), classification, kindWords[kind]),
    ),
    ...plugins.all.map(({ id, title }) =>
      listed(id, owned(title, plugins.fileOf(id)), classification, 'plug-in'),
    ),
    ...denseMethods.all.map(({ id, title }) =>
      listed(id, owned(title, denseMethods.fileOf(id)), dense, 'maps'),
    ),
  ],
  describe: async (name) => {
    const plugin = findPlugin(name.toLowerCase());
    if (plugin !== undefined) return describePlugin(plugin);
    const denseMethod = findDenseMethod(name.toLowerCase());
    const described = isKnown(name) ? describeMethod(name) : undefined;
    if (described !== undefined && denseMethod !== undefined)
      return withDense(described, denseMethod);
    if (denseMethod !== undefined) return describeDense(denseMethod);
    if (described !== undefined) return described;
    throw unknownName('method', name, [...methods.ids, ...plugins.ids, ...denseMethods.ids]);
  },
};

const classification = 'classification';
const dense = 'detection, segmentation';
const kindWords: Readonly<Record<Method['kind'], string>> = {
  plain: 'no teacher',
  logits: 'logits',
  network: 'features or relations',
};

function listed(name: string, title: string, task: string, kind: string): Listed {
  return { name, title, columns: [task, kind] };
}

/** A name that says no method at all is unknown; one that says a senseless one tells why. */
function isKnown(name: string): boolean {
  try {
    parseMethod(name);
    return true;
  } catch (error) {
    if (error instanceof RedistillError && error.code === 'METHOD_UNKNOWN') return false;
    throw error;
  }
}

function referenceFacts({ paper, equations, official }: Reference): [string, string][] {
  return [
    ['paper', paper],
    ['equations', equations],
    ['checked against', official],
  ];
}

/** A method, alone (`kd`), with plug-ins (`kd+lskd`) or by a paper's name (`SD-KD`). */
function describeMethod(name: string): Description {
  const parsed = parseMethod(name);
  const method = findMethod(parsed.method) as Method;
  const parts = parsed.plugins.map((id) => findPlugin(id) as LogitPlugin);
  return {
    name: parsed.id,
    title: [method.title, ...parts.map(({ title }) => title)].join(' + '),
    facts: [
      ['for', classification],
      ['kind', kindWords[method.kind]],
      ...fileFact(methods.fileOf(method.id)),
      ...referenceFacts(method.reference),
      ...parts.flatMap(({ id, reference }): [string, string][] => [
        [`paper of ${id}`, reference.paper],
      ]),
      ...(parsed.plugins.length > 0 ? [] : [pluginFact(method)]),
      ...needs(method),
    ],
    tables: [hyperTable(placedOptions(parsed).options, resolveHyper(parsed))],
  };
}

function needs(method: Method): [string, string][] {
  if (method.kind !== 'network' || !method.strongView) return [];
  return [['needs', 'a recipe with a strongly augmented view (augmentation.strong)']];
}

/** Which plug-ins go on a method, and why others do not. */
function pluginFact(method: Method): [string, string] {
  const words = plugins.all.map(({ id }) => {
    const reason = refusalOf(method.id, id);
    return reason === null ? id : `not ${id} (${reason})`;
  });
  return ['plug-ins', words.join('; ')];
}

function refusalOf(method: string, plugin: string): string | null {
  try {
    resolveHyper(parseMethod(`${method}+${plugin}`));
    return null;
  } catch (error) {
    if (!(error instanceof RedistillError)) throw error;
    return error.message.replace(/^.*?: /, '').replace(/\.$/, '');
  }
}

function describePlugin(plugin: LogitPlugin): Description {
  const { id, title, reference, options, replaces } = plugin;
  const on = methods.all.filter((method) => refusalOf(method.id, id) === null);
  return {
    name: id,
    title,
    facts: [
      ['for', classification],
      ['kind', 'plug-in'],
      ...fileFact(plugins.fileOf(id)),
      ...referenceFacts(reference),
      ['goes on', on.map((method) => method.id).join(', ')],
      ...(replaces.length === 0 ? [] : [['replaces', replaces.join(', ')] as [string, string]]),
      ['use it', `kd+${id}`],
    ],
    tables: [hyperTable(options, defaultsOf(options))],
  };
}

function describeDense(method: DenseMethod): Description {
  const { id, title, reference } = method;
  return {
    name: id,
    title,
    facts: [
      ['for', dense],
      ...fileFact(denseMethods.fileOf(id)),
      ...referenceFacts(reference),
      familyFact(method),
    ],
    tables: [denseTable(method)],
  };
}

/** One id may be a method of both: MGD. The second comes after the first. */
function withDense(first: Description, method: DenseMethod): Description {
  return {
    ...first,
    facts: [
      ...first.facts,
      ['also for', dense],
      ['there checked against', method.reference.official],
      familyFact(method),
    ],
    tables: [...first.tables, denseTable(method)],
  };
}

function denseTable({ options }: DenseMethod) {
  return { ...hyperTable(options, defaultsOf(options)), title: `Hyper-parameters in ${dense}` };
}

function familyFact(method: DenseMethod): [string, string] {
  const words = denseFamilies.map((family) => {
    const reason = method.refuses(family);
    if (reason !== null) return `not ${family} (${reason})`;
    const own = Object.entries(method.defaultsWith({ family, kind: null }));
    const differing = own.map(([name, value]) => `${name} ${value}`).join(', ');
    return differing === '' ? family : `${family} (${differing})`;
  });
  return ['families', words.join('; ')];
}
