import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../common/errors.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { trialId } from '../../contract/spec.ts';
import { parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import type { PlanContext } from '../../suites/plan-context.ts';
import { fakeContext } from './fake-context.ts';

const text = `schemaVersion: 1
id: sample
title: Sample
task: classification
table: lskd-table2
metrics: {top1: {margin: 0.5}}
columns:
  - {id: resnet32x4__resnet8x4, gate: 78}
  - {id: vgg13__vgg8}
rows:
  - {name: Teacher, role: teacher}
  - {name: Student, method: none}
  - {name: KD}
  - {name: DKD}
  - {name: MLKD}
scales:
  paper:
    dataset: cifar100
    recipe: cifar-240
    seeds: [1, 2]
  smoke:
    notComparable: seconds only
    dataset: cifar100
    recipe: {name: cifar-240, overrides: {epochs: 2, schedule: {milestones: [1]}, trainPictures: 640}}
    seeds: [5]
    columns: {resnet32x4__resnet8x4: {teacher: resnet20, student: resnet8}}
    only: {columns: [resnet32x4__resnet8x4]}
    overrides: [{rows: [DKD], hyper: {warmupEpochs: 1}}]
`;

const plan = (
  source = text,
  scale: 'paper' | 'smoke' = 'paper',
  context: PlanContext = fakeContext(),
) => planSuite(parseSuite('sample.yaml', source), scale, context);
const cell = (of: Plan, id: string) => {
  const found = of.cells.find((each) => each.id === id);
  assert.ok(found, `no cell ${id} among ${of.cells.map((each) => each.id).join(', ')}`);
  return found;
};
const trialsOf = (of: Plan, id: string) => cell(of, id).trials.join(' ');

test('cells follow the table row by row, with published keys and one trial per seed', () => {
  const made = plan();
  assert.deepEqual(made.cells.map(({ id }) => id).slice(0, 4), [
    'Teacher/resnet32x4__resnet8x4/top1',
    'Teacher/vgg13__vgg8/top1',
    'Student/resnet32x4__resnet8x4/top1',
    'Student/vgg13__vgg8/top1',
  ]);
  const kd = cell(made, 'KD/resnet32x4__resnet8x4/top1');
  assert.deepEqual(kd.published, {
    table: 'lskd-table2',
    row: 'KD',
    column: 'resnet32x4__resnet8x4',
  });
  assert.equal(kd.trials.length, 2);
  assert.equal(made.notComparable, null);
  assert.deepEqual(made.margins, { top1: 0.5 });
});

test('a student waits for the one teacher of its pair, whose gate is planned', () => {
  const made = plan();
  const teacher = made.trials.filter(({ spec }) => spec.role === 'teacher');
  assert.equal(teacher.length, 1);
  assert.equal(teacher[0]?.gate, 78);
  assert.equal(teacher[0]?.spec.seed, 0);
  assert.deepEqual(cell(made, 'Teacher/resnet32x4__resnet8x4/top1').trials, [teacher[0]?.id]);
  for (const id of cell(made, 'KD/resnet32x4__resnet8x4/top1').trials) {
    const student = made.trials.find((trial) => trial.id === id);
    assert.deepEqual(student?.after, [teacher[0]?.id]);
    assert.deepEqual(student?.spec.teacher, {
      kind: 'trial',
      model: 'resnet32x4',
      trial: teacher[0]?.id,
    });
  }
  const plain = made.trials.find(({ spec }) => spec.role === 'student' && spec.method === 'none');
  assert.deepEqual(plain?.after, []);
  assert.equal(plain?.spec.teacher, null);
});

test('trials of one cohort stand together: teachers, then by pair and seed', () => {
  assert.deepEqual(
    plan().trials.map(({ spec }) => `${spec.role} ${spec.method} ${spec.seed}`),
    [
      'teacher none 0',
      'student none 1',
      'student kd 1',
      'student dkd 1',
      'student none 2',
      'student kd 2',
      'student dkd 2',
    ],
  );
});

test('identities are the hash of the specification', () => {
  for (const { id, spec } of plan().trials) assert.equal(id, trialId(spec));
});

test('steps count the incomplete last batch', () => {
  assert.equal(plan().trials[0]?.steps, 240 * 782);
  assert.equal(plan(text, 'smoke').trials[0]?.steps, 2 * 10);
});

test('a cell whose method or network is missing is declared with what is missing', () => {
  const made = plan();
  assert.equal(
    cell(made, 'MLKD/resnet32x4__resnet8x4/top1').notRun,
    'the method mlkd is not implemented',
  );
  assert.equal(
    cell(made, 'KD/vgg13__vgg8/top1').notRun,
    'the network vgg13 is not implemented; the network vgg8 is not implemented',
  );
  assert.equal(
    cell(made, 'Student/vgg13__vgg8/top1').notRun,
    'the network vgg8 is not implemented',
  );
  assert.deepEqual(cell(made, 'KD/vgg13__vgg8/top1').trials, []);
  assert.notEqual(cell(made, 'KD/vgg13__vgg8/top1').published, null);
});

test('without the data every cell is declared and nothing is planned', () => {
  const absent = {
    identity: null,
    missing: 'the data set cifar100 is not here',
    trainPictures: 50_000,
  };
  const made = plan(text, 'paper', fakeContext({ dataset: () => absent }));
  assert.equal(made.trials.length, 0);
  assert.equal(
    cell(made, 'KD/resnet32x4__resnet8x4/top1').notRun,
    'the data set cifar100 is not here',
  );
  const imagenet = plan(
    text
      .replaceAll('dataset: cifar100', 'dataset: imagenet')
      .replace(/table: .*/, 'noReference: none'),
  );
  assert.match(
    cell(imagenet, 'KD/resnet32x4__resnet8x4/top1').notRun ?? '',
    /the data set imagenet is not supported/,
  );
});

test('the networks of a table of ImageNet are those of ImageNet', () => {
  const source = `schemaVersion: 1
id: sample
title: Sample
task: classification
table: lskd-table3-top1
metrics: {top1: {margin: 0.5}}
columns: [{id: resnet34__resnet18}]
rows: [{name: KD}]
scales: {paper: {dataset: imagenet, recipe: cifar-240, seeds: [1]}}
`;
  const context = fakeContext({
    models: ['resnet18', 'imagenet-resnet18', 'imagenet-resnet34'],
    datasets: ['imagenet'],
  });
  const made = plan(source, 'paper', context);
  assert.deepEqual(
    made.trials.map(({ spec }) => spec.model),
    ['imagenet-resnet34', 'imagenet-resnet18'],
  );
  assert.equal(cell(made, 'KD/resnet34__resnet18/top1').published?.column, 'resnet34__resnet18');
  const without = plan(source, 'paper', { ...context, models: ['resnet18', 'resnet34'] });
  assert.match(
    cell(without, 'KD/resnet34__resnet18/top1').notRun ?? '',
    /the network imagenet-resnet18 is not implemented/,
  );
});

test('an imported teacher is measured and not trained, and its students are known by its weights', () => {
  const sha256 = 'a'.repeat(64);
  const imported = text.replace(
    'seeds: [1, 2]\n',
    `seeds: [1, 2]\n    columns: {resnet32x4__resnet8x4: {checkpoint: ${sha256}}}\n`,
  );
  const made = plan(imported);
  const [teacher, ...others] = made.trials;
  const reference = { kind: 'checkpoint', model: 'resnet32x4', sha256 };
  assert.deepEqual(teacher?.spec.teacher, reference);
  assert.deepEqual([teacher?.spec.recipe.epochs, teacher?.steps, teacher?.gate], [0, 0, 78]);
  assert.deepEqual(cell(made, 'Teacher/resnet32x4__resnet8x4/top1').trials, [teacher?.id]);
  const taught = others.filter(({ spec }) => spec.method === 'kd');
  assert.equal(taught.length, 2);
  for (const { spec, after } of taught) {
    assert.deepEqual(spec.teacher, reference);
    assert.deepEqual(after, [teacher?.id]);
  }
});

test('a proxy keeps the columns, runs other networks and says that it is not comparable', () => {
  const made = plan(text, 'smoke');
  assert.deepEqual(made.columns, [
    { id: 'resnet32x4__resnet8x4', teacher: 'resnet20', student: 'resnet8' },
  ]);
  assert.equal(made.notComparable, 'seconds only');
  const dkd = made.trials.find(({ spec }) => spec.method === 'dkd');
  assert.equal(dkd?.spec.hyper['warmupEpochs'], 1);
  // The gate was for resnet32x4, not for this teacher.
  assert.equal(made.trials[0]?.gate, null);
});

test('comments, titles, order of fields and the file name do not change identities', () => {
  const plain = plan().trials.map(({ id }) => id);
  const other = text
    .replace('title: Sample', 'title: Another # with a comment')
    .replace('{id: resnet32x4__resnet8x4, gate: 78}', '{gate: 60, id: resnet32x4__resnet8x4}')
    .replace('margin: 0.5', 'margin: 1');
  assert.deepEqual(
    plan(`# comment\n${other}`).trials.map(({ id }) => id),
    plain,
  );
});

test('a changed rate changes exactly the trials it touches', () => {
  const before = plan();
  const changed = plan(
    text.replace(
      'scales:',
      'overrides: [{rows: [KD], columns: [resnet32x4__resnet8x4], recipe: {optimizer: {lr: 0.1}}}]\nscales:',
    ),
  );
  const column = 'resnet32x4__resnet8x4/top1';
  assert.notEqual(trialsOf(changed, `KD/${column}`), trialsOf(before, `KD/${column}`));
  for (const row of ['Teacher', 'Student', 'DKD']) {
    assert.equal(trialsOf(changed, `${row}/${column}`), trialsOf(before, `${row}/${column}`), row);
  }
});

test('a changed teacher changes its students that listen to it, and only those', () => {
  const before = plan();
  const changed = plan(
    text.replace('    seeds: [1, 2]', '    seeds: [1, 2]\n    teacher: {seed: 3}'),
  );
  const column = 'resnet32x4__resnet8x4/top1';
  for (const row of ['Teacher', 'KD', 'DKD']) {
    assert.notEqual(
      trialsOf(changed, `${row}/${column}`),
      trialsOf(before, `${row}/${column}`),
      row,
    );
  }
  assert.equal(trialsOf(changed, `Student/${column}`), trialsOf(before, `Student/${column}`));
});

test('written-out defaults are the same trial as none', () => {
  const explicit = text.replace('{name: KD}', '{name: KD, hyper: {temperature: 4}}');
  assert.deepEqual(plan(explicit).trials, plan().trials);
});

test('further seeds add trials and leave the others as they are', () => {
  const made = planSuite(parseSuite('sample.yaml', text), 'paper', fakeContext(), {
    seeds: [2, 9],
  });
  const before = plan();
  const kd = 'KD/resnet32x4__resnet8x4/top1';
  assert.equal(cell(made, kd).trials[0], cell(before, kd).trials[1]);
  assert.throws(
    () => planSuite(parseSuite('s', text), 'paper', fakeContext(), { seeds: [4, 4] }),
    /The seed 4 is named twice/,
  );
  assert.throws(
    () => planSuite(parseSuite('s', text), 'paper', fakeContext(), { seeds: [-1] }),
    /whole number from 0 on, not -1/,
  );
});

test('excluded cells are left out, with their rows and columns', () => {
  const made = plan(
    text.replace('scales:', 'exclude: [{column: vgg13__vgg8}, {row: MLKD}]\nscales:'),
  );
  assert.deepEqual(
    made.columns.map(({ id }) => id),
    ['resnet32x4__resnet8x4'],
  );
  assert.deepEqual(
    made.rows.map(({ name }) => name),
    ['Teacher', 'Student', 'KD', 'DKD'],
  );
});

test('a cell that the suite says cannot be trained stays in the table, with the reason and without trials', () => {
  const made = plan(
    text.replace(
      'scales:',
      'notRun: [{rows: [DKD], columns: [resnet32x4__resnet8x4], because: its maps differ}]\nscales:',
    ),
  );
  const refused = cell(made, 'DKD/resnet32x4__resnet8x4/top1');
  assert.deepEqual([refused.notRun, refused.trials], ['its maps differ', []]);
  assert.notEqual(refused.published, null);
  assert.equal(cell(made, 'KD/resnet32x4__resnet8x4/top1').notRun, null);
  assert.doesNotMatch(cell(made, 'DKD/vgg13__vgg8/top1').notRun ?? '', /its maps differ/);
  assert.match(
    messageOf(text.replace('scales:', 'notRun: [{rows: [DKDD], because: x}]\nscales:')),
    /notRun\[0\]\.rows\[0\]: the suite has no row "DKDD"/,
  );
});

/** The message of the error that planning ends with. */
function messageOf(
  source: string,
  scale: 'paper' | 'smoke' = 'paper',
  context?: PlanContext,
): string {
  try {
    plan(source, scale, context);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return 'planned';
}

test('what cannot be planned is refused by file, line and field, with the nearest name', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      '{name: KD}',
      '{name: KD, method: kdd}',
      'sample.yaml:13: rows[2].method: "kdd" is not a method. Did you mean "kd"?',
    ],
    [
      'id: vgg13__vgg8',
      'id: vgg13__vgg9, student: vgg9',
      'sample.yaml:9: columns[1]: no network is called "vgg9". Did you mean "vgg8"?',
    ],
    [
      'id: vgg13__vgg8',
      'id: vgg13__vgg16, student: vgg8',
      'sample.yaml:9: columns[1].id: the published table "lskd-table2" has no column "vgg13__vgg16". Did you mean "vgg13__vgg8"?',
    ],
    [
      'table: lskd-table2',
      'table: lskd-tabel2',
      'sample.yaml:5: table: no published table is called "lskd-tabel2". Did you mean "lskd-table2"?',
    ],
    [
      '{name: DKD}',
      '{name: DKD, published: {row: DKDD}}',
      'sample.yaml:14: rows[3].published.row: the published table "lskd-table2" has no row "DKDD". Did you mean "DKD"?',
    ],
    [
      'recipe: cifar-240\n',
      'recipe: cifar-24\n',
      'sample.yaml:19: scales.paper.recipe: no recipe is called "cifar-24". Did you mean "cifar-240"?',
    ],
    [
      'dataset: cifar100\n    recipe: cifar-240\n',
      'dataset: cifar-100\n    recipe: cifar-240\n',
      'sample.yaml:18: scales.paper.dataset: no data set is called "cifar-100". Did you mean "cifar100"?',
    ],
    [
      '{name: DKD}',
      '{name: DKD, hyper: {betta: 2}}',
      'sample.yaml:14: rows[3].hyper.betta: dkd has no hyper-parameter "betta". Did you mean "beta"?',
    ],
    [
      'scales:',
      'exclude: [{row: Teacher}, {row: Student}, {row: KD}, {row: DKD}, {row: MLKD}]\nscales:',
      'sample.yaml:18: scales.paper: no cell is left: everything is excluded.',
    ],
    [
      'recipe: cifar-240\n',
      'recipe: {name: cifar-240, overrides: {epochs: 60}}\n',
      'sample.yaml:19: scales.paper.recipe: recipe "cifar-240": the milestone 150 is never reached in 60 epochs.',
    ],
    [
      'recipe: cifar-240\n',
      'recipe: {name: cifar-240, overrides: {trainPictures: 60000}}\n',
      'sample.yaml:19: scales.paper.recipe: the recipe takes 60000 training pictures, but cifar100 has 50000.',
    ],
  ];
  for (const [from, to, expected] of cases) {
    assert.ok(text.includes(from), from);
    assert.equal(messageOf(text.replace(from, to)), expected);
  }
});

test('an unknown scale names those that there are', () => {
  const suite = parseSuite('sample.yaml', text);
  assert.throws(
    () => planSuite(suite, 'proxy', fakeContext()),
    /^UsageError: sample\.yaml:16: scales: the suite has no scale "proxy"\. Known: paper, smoke\.$/,
  );
});

test('a table that prints no number in a place is said to', () => {
  const made = plan(
    text.replace('{name: MLKD}', '{name: SD-KD, method: kd+sdd, published: {table: sdd-table1}}'),
  );
  const sd = cell(made, 'SD-KD/resnet32x4__resnet8x4/top1');
  assert.equal(sd.published, null);
  assert.equal(sd.noReference, 'The table sdd-table1 has no column resnet32x4__resnet8x4.');
});

test('several parts of a table are run together', () => {
  const parts = text.replace(
    'only: {columns: [resnet32x4__resnet8x4]}',
    'only: [{rows: [KD]}, {rows: [DKD], columns: [resnet32x4__resnet8x4]}]',
  );
  assert.deepEqual(
    plan(parts, 'smoke').cells.map(({ id }) => id),
    ['KD/resnet32x4__resnet8x4/top1', 'KD/vgg13__vgg8/top1', 'DKD/resnet32x4__resnet8x4/top1'],
  );
});

test('a table that is stored as one per metric gives each cell the number of its metric', () => {
  const two = text
    .replace('table: lskd-table2', 'table: {top1: lskd-table3-top1, top5: lskd-table3-top5}')
    .replace(
      'metrics: {top1: {margin: 0.5}}',
      'metrics: {top1: {margin: 0.5}, top5: {margin: 0.5}}',
    )
    .replace(
      '  - {id: resnet32x4__resnet8x4, gate: 78}\n  - {id: vgg13__vgg8}',
      '  - {id: resnet34__resnet18}',
    )
    .replace('columns: {resnet32x4__resnet8x4: {teacher: resnet20, student: resnet8}}', '')
    .replace('only: {columns: [resnet32x4__resnet8x4]}', '')
    .replace('dataset: cifar100', 'dataset: imagenet');
  const made = plan(two);
  assert.equal(cell(made, 'KD/resnet34__resnet18/top1').published?.table, 'lskd-table3-top1');
  assert.equal(cell(made, 'KD/resnet34__resnet18/top5').published?.table, 'lskd-table3-top5');
});

test('a gate of the scale stands for those of the columns, one of its own column before it', () => {
  const gates = (source: string) =>
    Object.fromEntries(
      plan(source, 'smoke')
        .trials.filter(({ spec }) => spec.role === 'teacher')
        .map(({ spec, gate }) => [spec.model, gate]),
    );
  const all = text
    .replace('only: {columns: [resnet32x4__resnet8x4]}', 'gate: 3')
    .replace('resnet8}}', 'resnet8}, vgg13__vgg8: {teacher: resnet32x4, student: resnet8x4}}');
  assert.deepEqual(gates(all), { resnet20: 3, resnet32x4: 3 });
  const own = all.replace('student: resnet8}', 'student: resnet8, gate: 7}');
  assert.deepEqual(gates(own), { resnet20: 7, resnet32x4: 3 });
});

test('seeds from elsewhere are planned beside the knowledge of which ones the suite registered', () => {
  const suite = parseSuite('sample.yaml', text);
  assert.equal(plan().registeredSeeds, undefined);
  const other = planSuite(suite, 'paper', fakeContext(), { seeds: [1, 2, 3] });
  assert.deepEqual(other.registeredSeeds, [1, 2]);
  assert.equal(cell(other, 'KD/resnet32x4__resnet8x4/top1').trials.length, 3);
});

test('a suite may train several teachers per pair, whose students take turns', () => {
  const several = text.replace('seeds: [1, 2]', 'seeds: [1, 2, 3]\n    teacher: {seeds: [7, 8]}');
  const made = plan(several);
  const { trials } = cell(made, 'KD/resnet32x4__resnet8x4/top1');
  const specs = trials.map((id) => made.trials.find((trial) => trial.id === id)?.spec);
  const teachers = specs.map((spec) => (spec?.teacher?.kind === 'trial' ? spec.teacher.trial : ''));
  assert.deepEqual([teachers[0] === teachers[2], teachers[0] === teachers[1]], [true, false]);
  const seedOf = (id: string | undefined) =>
    made.trials.find((trial) => trial.id === id)?.spec.seed;
  assert.deepEqual(teachers.slice(0, 2).map(seedOf), [7, 8]);
  // Methods are compared seed by seed under one teacher.
  const dkd = cell(made, 'DKD/resnet32x4__resnet8x4/top1').trials.map(
    (id) => made.trials.find((trial) => trial.id === id)?.after[0],
  );
  assert.deepEqual(dkd, teachers);
  assert.equal(cell(made, 'Teacher/resnet32x4__resnet8x4/top1').trials.length, 2);
  assert.throws(
    () => plan(several.replace('seeds: [7, 8]', 'seeds: [7, 7]')),
    /teacher\.seeds\[1\]: the seed 7 stands there twice/,
  );
  const imported = several.replace(
    'teacher: {seeds: [7, 8]}',
    `teacher: {seeds: [7, 8]}\n    columns: {resnet32x4__resnet8x4: {checkpoint: ${'a'.repeat(64)}}}`,
  );
  assert.throws(
    () => plan(imported),
    /asks for 2 teachers, but that of resnet32x4__resnet8x4 is imported/,
  );
});
