import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type OfficialSubject,
  officialFile,
  publishedProtocol,
  type Statement,
  settings,
  sourcesOf,
} from '../../reference/recipes/official.ts';
import { listSuites, loadSuite } from '../../suites/load.ts';
import { ownName } from '../../suites/network-names.ts';
import { planSuite } from '../../suites/plan.ts';
import type { Plan } from '../../suites/plan-types.ts';
import { contextWith } from './real-context.ts';

/*
 * Every fact in official.yaml is held against the resolved plans of the cells that it speaks of. `suites/protocol.ts` makes the
 * comparison, for these suites as for any other; here it is seen that nothing escapes it: no fact that no cell uses, no departure
 * without a reason, no reason without a departure.
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
  return [planSuite(suite, 'paper', contextWith(suite.definition.task, pictures))];
});
const cells = plans.flatMap((plan) => plan.cells.map((cell) => ({ plan, cell })));

/** The trainings behind a published cell: its own, and its teacher's. */
function subjectsOf({ plan, cell }: (typeof cells)[number]): readonly OfficialSubject[] {
  const column = plan.columns.find(({ id }) => id === cell.column);
  const { teacher = null, student = '' } = column ?? {};
  const place = { row: cell.published?.row ?? '', column: cell.column };
  const own = { ...place, method: cell.method, model: student, role: 'student' } as const;
  const taught = cell.method !== 'none' || cell.row === 'Teacher';
  return [
    ...(cell.row === 'Teacher' ? [] : [own]),
    ...(taught && teacher !== null
      ? [{ ...place, method: 'none', model: teacher, role: 'teacher' } as const]
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
  const known = new Set(
    plans.flatMap((plan) =>
      plan.columns.flatMap(({ teacher, student }) => [teacher ?? student, student]),
    ),
  );
  const methods = new Set(cells.map(({ cell }) => cell.method));
  for (const { id, says } of officialFile().sources) {
    for (const statement of says.filter(({ unused }) => unused === undefined)) {
      for (const column of statement.columns ?? [])
        assert.ok(columns.has(column), `${id}: ${column}`);
      for (const method of statement.methods ?? [])
        assert.ok(methods.has(method), `${id}: ${method}`);
      for (const model of statement.models ?? [])
        assert.ok(known.has(model) || known.has(ownName(model, '')), `${id}: ${model}`);
    }
  }
});
