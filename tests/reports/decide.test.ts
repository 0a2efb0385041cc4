import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../app/decide.ts';
import { decisionLines } from '../../cli/output/decide.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { type TrialSpec, trialId } from '../../contract/spec.ts';
import type { Decisions } from '../../reports/model/decide.ts';
import { ingest } from '../../results/ingest.ts';
import { type Measurements, stepKey } from '../../suites/price.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const teacher = makeSpec({
  role: 'teacher',
  method: 'none',
  hyper: {},
  teacher: null,
  model: 'resnet20',
});
const spec = (method: string, seed: number) =>
  makeSpec({
    method,
    seed,
    teacher: { kind: 'trial', model: 'resnet20', trial: trialId(teacher) },
  });

/**
 * Final accuracies per method and seed; null for what was not run. A trial of these plans has 30
 * steps.
 */
async function decisionsOf(
  workspace: string,
  results: Readonly<Record<string, readonly (number | null)[]>>,
  measured: Measurements,
): Promise<Decisions> {
  const rows = Object.entries(results).map(([method, values]) => {
    const specs = values.map((_, index) => spec(method, index + 1));
    values.forEach((value, index) => {
      const own = specs[index];
      if (value === null || own === undefined) return;
      writeJournal(workspace, makeJournal({ spec: own, accuracies: [value] }));
    });
    return { name: method, method, specs };
  });
  writePlan(workspace, makePlan({ teacher, rows }));
  await ingest({ workspace, published: [] });
  return decide({ workspace, measured });
}

const about = ({ decisions }: Decisions, title: string) =>
  decisions.find(({ subject, scale }) => subject === title && scale === 'proxy');
/** A second per step of the students, two of the teacher. */
const seconds: Measurements = new Map<string, readonly number[]>([
  [stepKey(teacher), [2000]],
  ...['kd', 'kd+lskd', 'kd+ctkd'].map((method) => [stepKey(spec(method, 1)), [1000]] as const),
]);

test('an open claim is priced by the seeds that would decide it, both methods and the teacher', async (t) => {
  const found = await decisionsOf(
    temporaryFolder(t),
    { kd: [60, 60.5], 'kd+lskd': [60.5, 60.4], 'kd+ctkd': [null, null] },
    seconds,
  );
  const lskd = about(found, 'LSKD improves KD on every pair');
  // SciPy 1.17.1: next(n for n in range(3, 1000) if t.sf(.2 / (np.std([.5, -.1], ddof=1) / n**.5),
  // n - 1) < .05) is 15.
  assert.equal(lskd?.now, 'undecided');
  assert.equal(lskd?.seeds, 15 - 2);
  assert.equal(lskd?.trials, 2 * 13 + 1);
  assert.equal(lskd?.steps, 27 * 30);
  assert.ok(Math.abs((lskd?.hours ?? 0) - (26 * 30 + 60) / 3600) < 1e-9);
  // CTKD was planned and not run: three seeds of it, one more of KD than there are, and the
  // teacher.
  const ctkd = about(found, 'CTKD improves KD on every pair');
  assert.equal(ctkd?.now, 'not enough data');
  assert.equal(ctkd?.trials, 3 + 1 + 1);
  const order = found.decisions.map(({ hours }) => hours ?? Infinity);
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.ok(
    found.stuck.some(({ why }) => /no stored plan at this scale can run mgd against fgd/.test(why)),
  );
});

test('without a measured step there are steps and no hours, and the table says so', async (t) => {
  const found = await decisionsOf(
    temporaryFolder(t),
    { kd: [60, 60.5], 'kd+lskd': [60.5, 60.4] },
    new Map(),
  );
  assert.equal(about(found, 'LSKD improves KD on every pair')?.hours, null);
  const text = decisionLines(found).join('\n');
  assert.match(
    text,
    /claim LSKD improves KD on every pair +proxy +undecided +13 +27 +810 +not measured/,
  );
});

test('a clear difference of two seeds may be chance among the claims, and says how many seeds would do', async (t) => {
  const found = await decisionsOf(
    temporaryFolder(t),
    { kd: [60, 60.5], 'kd+lskd': [66, 68.5], 'kd+ctkd': [60.2, 60.6] },
    seconds,
  );
  const lskd = about(found, 'LSKD improves KD on every pair');
  assert.equal(lskd?.now, 'undecided');
  assert.ok((lskd?.seeds ?? 0) >= 1 && (lskd?.seeds ?? 0) <= 3, String(lskd?.seeds));
});

test("a suite's own claim is priced: its planned seeds first, then those beyond them", async (t) => {
  const row = (name: string, specs: readonly TrialSpec[]) => ({ name, method: 'kd', specs });
  const own = (temperature: number, seed: number) =>
    makeSpec({ ...spec('kd', seed), scale: 'own', hyper: { temperature, alpha: 0.9 } });
  // Two rows of one method: a claim names rows.
  const [cold, hot] = [1, 4].map((temperature) => [1, 2, 3].map((seed) => own(temperature, seed)));
  const rows = [row('Cold', cold as TrialSpec[]), row('Hot', hot as TrialSpec[])];
  const columns = ['resnet20__resnet8'];
  const title = 'Hot is better than Cold';
  const plan: Plan = {
    ...makePlan({ suite: 'mine', scale: 'own', teacher, rows }),
    registeredSeeds: [1, 2, 3],
    claims: [{ title, row: 'Hot', over: 'Cold', metric: 'top1', columns, by: 0 }],
  };
  const workspace = temporaryFolder(t);
  writePlan(workspace, plan);
  const answer = async (measured: readonly (readonly [TrialSpec | undefined, number])[]) => {
    for (const [of, accuracy] of measured) {
      writeJournal(workspace, makeJournal({ spec: of as TrialSpec, accuracies: [accuracy] }));
    }
    await ingest({ workspace, published: [] });
    const steps: Measurements = new Map([
      [stepKey(teacher), [2000]],
      [stepKey(own(1, 1)), [1000]],
      [stepKey(own(4, 1)), [1000]],
    ]);
    const { decisions, stuck } = await decide({ workspace, measured: steps });
    const mine = ({ subject }: { readonly subject: string }) => subject === `mine@own: ${title}`;
    return [decisions.filter(mine), stuck.filter(mine)] as const;
  };
  const [first] = await answer([
    [teacher, 80],
    [cold?.[0], 60],
    [cold?.[1], 60.5],
    [hot?.[0], 60.4],
  ]);
  const price = first.map(({ now, seeds, trials, hours }) => [now, seeds, trials, hours]);
  assert.deepEqual(price, [['not enough data', 2, 3, (3 * 30) / 3600]]);
  const [then, stuck] = await answer([
    [cold?.[2], 60.1],
    [hot?.[1], 60.3],
    [hot?.[2], 60.6],
  ]);
  // By seed: .4, -.2, .5, whose mean is .2333 and whose standard deviation is .3786. Ten seeds give
  // t = 1.949, above the quantile 1.833 of 9 degrees of freedom; nine give 1.849, below 1.860 of 8.
  assert.deepEqual(stuck, []);
  assert.deepEqual(
    then.map(({ now, seeds, trials }) => [now, seeds, trials]),
    [['undecided', 10 - 3, 2 * 7]],
  );
});

test("a suite's own claim is not settled by seeds where a teacher is below its gate", async (t) => {
  const workspace = temporaryFolder(t);
  const of = (method: string) => makeSpec({ ...spec(method, 1), scale: 'own' });
  const rows = ['kd', 'dkd'].map((method) => ({ name: method, method, specs: [of(method)] }));
  const claim = { title: 'It helps', row: 'dkd', over: 'kd', metric: 'top1', by: 0 };
  const plan = makePlan({ suite: 'mine', scale: 'own', teacher, rows });
  const columns = ['resnet20__resnet8'];
  writePlan(workspace, { ...plan, registeredSeeds: [1], claims: [{ ...claim, columns }] });
  writeJournal(workspace, makeJournal({ spec: teacher, accuracies: [30] }));
  await ingest({ workspace, published: [] });
  const { decisions, stuck } = await decide({ workspace, measured: seconds });
  const mine = ({ subject }: { readonly subject: string }) => subject.startsWith('mine@own: It');
  assert.deepEqual(decisions.filter(mine), []);
  assert.match(stuck.find(mine)?.why ?? '', /its teacher resnet20 is below its gate/);
});

test('nothing open is said', () => {
  assert.deepEqual(decisionLines({ decisions: [], stuck: [] }), ['Nothing is open.']);
});
