import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPublished } from '../../reference/published/loader.ts';
import { sourcesOf } from '../../reference/recipes/official.ts';
import { methodOf } from '../../runners/official/log-name.ts';
import { logDatasets } from '../../runners/official/protocols.ts';
import { logProtocols } from '../../suites/log-protocols.ts';
import { ownName } from '../../suites/network-names.ts';
import { compareLog } from '../../suites/protocol.ts';

const published = loadPublished();
const cifar = (method: string, teacher: string, student: string) =>
  logProtocols(published, { method, teacher, student, dataset: 'cifar100' });
const shape = (method: string, teacher: string, student: string) =>
  cifar(method, teacher, student).map(({ recipe }) => [recipe.epochs, recipe.optimizer.lr]);

test('the protocols of MLKD with LSKD are those of configs/cifar100/mlkd, pair by pair', () => {
  // sunshangquan/logit-standardization-KD@f6e5aa5 configs/cifar100/mlkd
  const pairs = [
    ['resnet32x4', 'resnet8x4', 480, 0.025],
    ['wrn_40_2', 'wrn_16_2', 480, 0.025],
    ['vgg13', 'vgg8', 480, 0.01],
    ['resnet50', 'mobilenetv2', 480, 0.01],
    ['resnet32x4', 'shufflenetv2', 960, 0.01],
    ['wrn_40_2', 'mobilenetv2', 480, 0.005],
  ] as const;
  for (const [teacher, student, epochs, lr] of pairs)
    assert.deepEqual(shape('mlkd+lskd', teacher, student), [[epochs, lr]], student);
});

test('KD keeps the shared recipe with its name; tables that agree are one protocol', () => {
  const [kd, ...more] = cifar('kd+lskd', 'vgg13', 'vgg8');
  assert.deepEqual(more, []);
  assert.deepEqual(
    [kd?.recipe.name, kd?.recipe.epochs, kd?.stepsPerEpoch],
    ['cifar-240', 240, 782],
  );
});

test('a method and pair of which nothing is stated has the shared recipe, and says so', () => {
  const [protocol] = cifar('kd+lskd', 'resnet56', 'deit_tiny');
  assert.match(protocol?.of ?? '', /recipe cifar-240, since no official file speaks of kd\+lskd/);
  assert.deepEqual(
    logProtocols(published, { ...{ method: 'kd', teacher: 'a', student: 'b' }, dataset: 'moons' }),
    [],
  );
});

test('what is stated of every cell of a published table is a recipe that can be read', () => {
  let count = 0;
  for (const table of published.tables.values()) {
    if (!Object.hasOwn(logDatasets, table.dataset) || sourcesOf(table.id) === undefined) continue;
    for (const { method, teacher, student } of table.cells) {
      if (method === null || teacher === null) continue;
      const own = (name: string) => ownName(name, table.dataset);
      const pair = { teacher: own(teacher), student: own(student), dataset: table.dataset };
      const id = methodOf(method, table.paper.key);
      assert.ok(logProtocols(published, { method: id, ...pair }).length > 0, `${table.id} ${id}`);
      count += 1;
    }
  }
  assert.ok(count > 300, String(count));
});

test('a log is compared with the table beside which it stands, in what it shows and states', () => {
  const [protocol] = cifar('kd+lskd', 'vgg13', 'vgg8');
  assert.ok(protocol);
  const column = 'vgg13__vgg8';
  const texts = (hyper: Readonly<Record<string, number>>, method = 'kd+lskd', row = 'KD+LSKD') =>
    compareLog('lskd-table2', {
      subject: { row, method, column, model: 'vgg8', role: 'student' },
      ...{ recipe: protocol.recipe, hyper },
    }).map(({ text }) => text);
  assert.deepEqual(texts({ temperature: 3, kdWeight: 9 }), []);
  assert.deepEqual(texts({}), []);
  assert.deepEqual(texts({ temperature: 2, kdWeight: 9 }), ['temperature 2, published 3']);
  // The recipe of KD beside a cell of MLKD.
  assert.deepEqual(texts({}, 'mlkd+lskd', 'MLKD+LSKD'), [
    'epochs 240, published 480',
    'optimizer.lr 0.05, published 0.01',
  ]);
});
