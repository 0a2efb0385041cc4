import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../contract/plan-types.ts';
import { recipeInfo, recipeNames } from '../../reference/recipes/loader.ts';
import {
  type OfficialSubject,
  officialFile,
  publishedProtocol,
  type Statement,
  settings,
  sourcesOf,
} from '../../reference/recipes/official.ts';
import { listSuites, loadSuite } from '../../suites/load.ts';
import { publishedName } from '../../suites/network-names.ts';
import { planSuite } from '../../suites/plan.ts';
import { contextWith } from './real-context.ts';

/*
 * Every fact in official.yaml is held against the resolved plans of the cells that it speaks of.
 * `suites/protocol.ts` makes the comparison, for these suites as for any other; here it is seen
 * that nothing escapes it: no fact that no cell uses, no departure without a reason, no reason
 * without a departure.
 */
const pictures = {
  cifar100: 50_000,
  coco2017: 117_266,
  cityscapes: 2975,
  imagenet: 1_281_167,
  cub200: 5994,
};

const plans: readonly Plan[] = listSuites().flatMap((name) => {
  const suite = loadSuite(name);
  if (suite.definition.scales.paper === undefined) return [];
  // Teachers are trained here, so that their trainings are compared too.
  const context = contextWith(suite.definition.task, pictures);
  return [planSuite(suite, 'paper', context, { ownTeachers: true })];
});
const cells = plans.flatMap((plan) => plan.cells.map((cell) => ({ plan, cell })));

/** The trainings behind a published cell: its own, and its teacher's. */
function subjectsOf({ plan, cell }: (typeof cells)[number]): readonly OfficialSubject[] {
  const column = plan.columns.find(({ id }) => id === cell.column);
  const { teacher = null, student = '' } = column ?? {};
  const place = { row: cell.published?.row ?? '', column: cell.column };
  const own = {
    ...place,
    method: cell.method,
    model: publishedName(student),
    role: 'student',
  } as const;
  const taught = cell.method !== 'none' || cell.row === 'Teacher';
  return [
    ...(cell.row === 'Teacher' ? [] : [own]),
    ...(taught && teacher !== null
      ? [{ ...place, method: 'none', model: publishedName(teacher), role: 'teacher' } as const]
      : []),
  ];
}

/** The settings of a statement by name, those that it leaves open too. */
function factsOf(statement: Statement): readonly string[] {
  return [
    ...settings(statement.recipe).map(([field]) => field),
    ...Object.keys({ ...statement.hyper, ...statement.open, ...statement.beyond }),
  ];
}

test('every fact decides what some cell is compared with, or says why none', () => {
  const used = new Map<Statement, Set<string>>();
  const use = (statement: Statement, field: string) =>
    used.set(statement, (used.get(statement) ?? new Set()).add(field));
  for (const place of cells) {
    const table = place.cell.published?.table;
    if (table === undefined) continue;
    for (const subject of subjectsOf(place)) {
      const protocol = publishedProtocol(table, subject);
      if (protocol === null) continue;
      for (const [field, { statement }] of [...protocol.recipe, ...protocol.hyper])
        use(statement, field);
      const sources = sourcesOf(table)?.sources ?? [];
      for (const { says } of officialFile().sources.filter(({ id }) => sources.includes(id)))
        for (const statement of says)
          for (const kind of ['open', 'beyond'] as const)
            for (const [field, text] of Object.entries(statement[kind] ?? {}))
              if (protocol[kind].get(field) === text) use(statement, field);
    }
  }
  const idle = officialFile().sources.flatMap(({ id, says }) =>
    says.flatMap((statement, index) =>
      statement.unused === undefined
        ? factsOf(statement)
            .filter((field) => !used.get(statement)?.has(field))
            .map((field) => `${id}[${index}]: ${field}`)
        : [],
    ),
  );
  assert.deepEqual(idle, []);
});

test('statements name methods, networks and columns that exist', () => {
  const columns = new Set(cells.map(({ cell }) => cell.column));
  const networks = new Set(
    plans.flatMap((plan) =>
      plan.columns.flatMap(({ teacher, student }) =>
        [teacher ?? student, student].map((name) => publishedName(name)),
      ),
    ),
  );
  const methods = new Set(cells.map(({ cell }) => cell.method));
  for (const { id, says } of officialFile().sources) {
    for (const statement of says.filter(({ unused }) => unused === undefined)) {
      for (const column of statement.columns ?? [])
        assert.ok(columns.has(column), `${id}: ${column}`);
      for (const method of statement.methods ?? [])
        assert.ok(methods.has(method), `${id}: ${method}`);
      for (const model of statement.models ?? []) assert.ok(networks.has(model), `${id}: ${model}`);
    }
  }
});

/**
 * `epochs 12, published 240` of every cell that departs from its protocol, without what the sources
 * do beyond our recipes.
 */
function departures() {
  return cells.flatMap(({ plan, cell }) => {
    const table = cell.published?.table ?? '';
    const known = officialFile()
      .sources.filter(({ id }) => sourcesOf(table)?.sources.includes(id))
      .flatMap(({ says }) => says.flatMap(({ beyond = {} }) => Object.entries(beyond)))
      .map(([field, what]) => `${field}: ${what}`);
    const [, said = ''] = /published protocol: (.*?)\.(?: protocol not stated|$)/.exec(
      cell.notComparable ?? '',
    ) ?? [''];
    return said
      .split('; ')
      .filter((text) => text !== '' && !known.some((each) => text.endsWith(each)))
      .map((text) => ({ table, suite: plan.suite, cell, text }));
  });
}

test('no shipped cell departs from what a file says, but where official.yaml gives a reason; and no reason is idle', () => {
  const used = new Set<object>();
  const open = departures().filter(({ table, cell, text }) => {
    const found = sourcesOf(table)?.exceptions?.find(
      ({ rows, columns, field }) =>
        text.startsWith(`${field} `) &&
        (rows?.includes(cell.published?.row ?? '') ?? true) &&
        (columns?.includes(cell.column) ?? true),
    );
    if (found !== undefined) used.add(found);
    return found === undefined;
  });
  assert.deepEqual(
    open.map(({ suite, cell, text }) => `${suite}: ${cell.id}: ${text}`),
    [],
  );
  const idle = officialFile().tables.flatMap(({ tables, exceptions = [] }) =>
    exceptions.filter((each) => !used.has(each)).map(({ field }) => `${tables[0]}: ${field}`),
  );
  assert.deepEqual(idle, []);
});

test('every declared table says which sources made it, and every source stands in a table or is unused as a whole', () => {
  const declared = new Set(cells.flatMap(({ cell }) => cell.published?.table ?? []));
  const known = officialFile().tables.flatMap(({ tables }) => tables);
  assert.deepEqual([...known].sort(), [...declared].sort());
  const named = new Set(officialFile().tables.flatMap(({ sources }) => sources));
  for (const { id, says } of officialFile().sources) {
    if (!named.has(id))
      assert.ok(
        says.every(({ unused }) => unused !== undefined),
        id,
      );
  }
});

test('a recipe that restates an official source names one that there is', () => {
  const ids = new Set(officialFile().sources.map(({ id }) => id));
  for (const name of recipeNames()) {
    const { official } = recipeInfo(name);
    if (official !== null) assert.ok(ids.has(official), `${name}: ${official}`);
  }
});
