import '../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  evaluateMeasured,
  evaluatePublished,
  type MeasuredArm,
  type Outcome,
} from '../../reference/claims/evaluate.ts';
import { loadClaims, parseClaims, sharedColumns } from '../../reference/claims/loader.ts';
import { noiseFloor } from '../../reference/claims/noise-floor.ts';
import { type Claim, type ClaimComparison, stepTimeMetric } from '../../reference/claims/types.ts';
import { loadPublished, type Published } from '../../reference/published/loader.ts';
import { randomEffects } from '../../reference/verdict/random-effects.ts';
import { parseMethod } from '../../runners/distillers/method-id.ts';
import { methods, plugins } from '../../runners/distillers/registry.ts';
import { vocabularyOf } from '../../suites/vocabulary.ts';

const published = loadPublished();
const claims = loadClaims(published);
const claim = (id: string) => claims.find((one) => one.id === id) as Claim;

/** The claim said the other way round. */
function turned(one: Claim): Claim {
  const comparisons = one.comparisons.map(({ a, b, published: pairs }) => ({
    a: b,
    b: a,
    published: pairs.map((pair) => ({ ...pair, a: pair.b, b: pair.a })),
  }));
  return { ...one, comparisons };
}

test('what the published numbers alone say of each claim', () => {
  const outcomes = Object.fromEntries(
    claims.map((one) => [one.id, evaluatePublished(one, published).outcome]),
  );
  assert.deepEqual(outcomes, {
    'sdd-over-lskd': 'as printed',
    // CTKD with LSKD is within the noise floor of LSKD alone in many columns.
    'plug-ins-complement': 'undecided',
    // Nobody printed it, and nobody says what it would be.
    'ofa-complements': 'not enough data',
    'mgd-fgd-cwd': 'as printed',
    'feature-over-logit-detection': 'not enough data',
    'ctkd-costs-nothing': 'not enough data',
    // 11 ms and 11 ms, printed without decimals.
    'sdd-costs-nothing': 'undecided',
    // "On every pair": on some the printed gain is no more than a choice of epoch.
    'lskd-helps-kd': 'undecided',
    'lskd-helps-ctkd': 'undecided',
    'lskd-helps-dkd': 'undecided',
    'lskd-helps-mlkd': 'undecided',
    'sdd-helps-kd': 'as printed',
    'sdd-helps-dkd': 'as printed',
    'sdd-helps-nkd': 'as printed',
    // The two printed accuracies are 2.22 apart.
    'sdd-gains-2-32': 'does not hold',
    'ctkd-helps-kd': 'as printed',
    // Twelve of its gains are within the spread printed beside them.
    'ctkd-helps-others': 'undecided',
    'dkd-over-kd': 'as printed',
    // Only at second hand.
    'ofa-over-features': 'not enough data',
    'ofa-over-kd': 'not enough data',
    'mgd-helps-detection': 'as printed',
    'fgd-helps-detection': 'as printed',
    'fgd-over-earlier': 'as printed',
    'cwd-over-spatial': 'as printed',
    'cwd-gains-5-81': 'does not hold',
    'cwd-gains-3-4': 'does not hold',
  } satisfies Record<string, Outcome>);
});

test('a printed difference below what the choice of an epoch is worth says nothing', () => {
  // 54 CIFAR-100 logs of LSKD's authors: best minus last.
  const floor = noiseFloor(published, 'cifar100', 'top1');
  assert.ok(Math.abs((floor ?? 0) - 0.31) < 0.01, `${floor}`);
  assert.equal(noiseFloor(published, 'coco', 'AP'), null);
  const { findings } = evaluatePublished(claim('lskd-helps-dkd'), published);
  const small = findings.filter(({ difference }) => Math.abs(difference) <= 0.19);
  assert.ok(small.length >= 4, `${small.length}`);
  for (const { says, notes } of small) {
    assert.equal(says, 'open');
    assert.match(notes.join(' '), /within the noise floor of 0\.(31|19)|equal/);
  }
  assert.equal(findings.find(({ difference }) => difference > 0.32)?.says, 'for');
});

test('beside the list stands what the pairs say together', () => {
  const { summary } = evaluatePublished(claim('lskd-helps-kd'), published);
  // Without errors of their own the pairs are a sample: np.mean(d), t.interval(.9, 20, np.mean(d),
  // sem(d)), np.std(d, ddof=1)
  assert.equal(summary?.places, 21);
  assert.ok(Math.abs((summary?.mean ?? 0) - 1.13) < 0.01, `${summary?.mean}`);
  assert.ok((summary?.low ?? 0) > 0.8 && (summary?.high ?? 9) < 1.5);
  assert.equal(evaluatePublished(claim('sdd-gains-2-32'), published).summary, null);
});

test('a random-effects summary: exact effects are a sample, noisy ones are weighed', () => {
  const exact = randomEffects([0.3, 0.9, 0.6].map((value) => ({ value, variance: 0 })));
  // t.interval(.9, 2, .6, .3 / np.sqrt(3))
  near(exact?.low, 0.0942454);
  near(exact?.high, 1.1057546);
  near(exact?.between, 0.3);
  // Noise explains all: no variance between pairs, weights by precision, no narrower than the
  // fixed-effect interval.
  const noisy = randomEffects([
    { value: 0.4, variance: 0.04 },
    { value: 0.6, variance: 0.16 },
  ]);
  near(noisy?.between, 0);
  near(noisy?.mean, 0.44);
  // t.ppf(.95, 1) / np.sqrt(1 / .04 + 1 / .16)
  near((noisy?.high ?? 0) - (noisy?.mean ?? 0), 1.1294382);
  assert.equal(randomEffects([{ value: 1, variance: 1 }]), null);
});

function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-5, `${actual}, not ${expected}`);
}

test('the published numbers turned round turn every claim that is as printed', () => {
  for (const one of claims) {
    if (evaluatePublished(one, published).outcome !== 'as printed') continue;
    assert.equal(evaluatePublished(turned(one), published).outcome, 'does not hold', one.id);
  }
});

test('numbers at second hand are shown and do not decide', () => {
  const { findings, outcome } = evaluatePublished(claim('ofa-over-kd'), published);
  assert.equal(outcome, 'not enough data');
  assert.ok(findings.length > 5);
  assert.ok(
    findings.every(({ says, notes }) => says === 'nothing' && /second hand/.test(notes[0] ?? '')),
  );
});

test('every method of a claim is one that Redistill has or that a published table knows', () => {
  const { methods: printed } = vocabularyOf(published);
  const own = [...methods.ids, ...plugins.ids];
  for (const { id, comparisons } of claims) {
    for (const name of comparisons.filter(runnable).flatMap(({ a, b }) => [a, b])) {
      const parts = name.split('+');
      const unknown = parts.filter((part) => !own.includes(part) && !printed.includes(part));
      assert.deepEqual(unknown, [], `${id}: ${name}`);
      // What can be run must be spelt as trials spell it, or measurements would never be found.
      if (parts.every((part) => own.includes(part))) assert.equal(parseMethod(name).id, name, id);
    }
  }
});

const runnable = ({ undefined: never }: ClaimComparison) => never === undefined;

test('a comparison that is called undefined is one that Redistill refuses, and stays without data', () => {
  const never = claims.flatMap(({ comparisons }) => comparisons.filter((one) => !runnable(one)));
  assert.equal(never.length, 6);
  for (const { a } of never) assert.throws(() => parseMethod(a), { code: 'METHOD_COMBINATION' });
  const { missing } = evaluateMeasured(claim('ofa-complements'), [], published, true);
  assert.deepEqual(missing[0], {
    a: 'ofa+lskd',
    b: 'ofa',
    column: null,
    undefined: never[0]?.undefined,
  });
});

/**
 * Arms for every comparison and column of a claim, in which a is `gain` ahead in what the claim
 * counts.
 */
function arms(one: Claim, gain: number, seeds = 3): readonly MeasuredArm[] {
  const wobble = [0.02, -0.03, 0.01];
  return one.comparisons.flatMap((comparison, index) => {
    const columns = comparison.published.flatMap(
      (pair) => pair.columns ?? sharedColumns(published, pair.a, pair.b),
    );
    return (columns.length === 0 ? ['pair'] : [...new Set(columns)]).flatMap((column) =>
      (['a', 'b'] as const).map((side) => ({
        method: comparison[side],
        name: comparison[side],
        metric: one.metric,
        unit: '%',
        decimals: 2,
        higherIsBetter: one.kind === 'better',
        column,
        place: column,
        teacher: null,
        // A method stands in several comparisons with different partners: each comparison has
        // conditions of its own.
        conditions: `${index} ${column}`,
        bySeed: new Map(
          wobble
            .slice(0, seeds)
            .map((noise, seed) => [seed, side === 'a' ? 70 + gain + noise : 70]),
        ),
        cell: `suite@paper/${comparison[side]}`,
      })),
    );
  });
}

test('measurements turned round turn every claim, at paper scale and by proxy', () => {
  for (const one of claims) {
    const by = one.by ?? 0;
    const [better, worse] = one.kind === 'cost' ? [0, 10] : [by + 1, by - 1];
    for (const everyColumn of [true, false]) {
      const outcome = (gain: number) =>
        evaluateMeasured(one, arms(one, gain), published, everyColumn).outcome;
      const amount = one.kind === 'better' && one.by !== undefined && !everyColumn;
      assert.equal(outcome(better), amount ? 'not enough data' : 'holds', one.id);
      assert.equal(outcome(worse), amount ? 'not enough data' : 'does not hold', one.id);
    }
  }
});

test('a claim on every pair does not hold at paper scale while a pair is missing; one against it is enough to refute it', () => {
  const one = claim('lskd-helps-kd');
  const all = arms(one, 1);
  const some = all.filter(({ column }) => column !== 'vgg13__vgg8');
  const missing = evaluateMeasured(one, some, published, true);
  assert.equal(missing.outcome, 'not enough data');
  assert.deepEqual(missing.missing, [
    { a: 'kd+lskd', b: 'kd', column: 'vgg13__vgg8', undefined: null },
  ]);
  assert.equal(evaluateMeasured(one, some, published, false).outcome, 'holds');
  const bad = arms(one, -1).filter(({ column }) => column === 'vgg13__vgg8');
  assert.equal(evaluateMeasured(one, [...some, ...bad], published, true).outcome, 'mixed');
  assert.equal(evaluateMeasured(one, bad, published, true).outcome, 'does not hold');
});

test('one seed says nothing, and an open comparison says how many seeds would decide', () => {
  const one = claim('ctkd-helps-kd');
  const single = evaluateMeasured(one, arms(one, 1, 1), published, false);
  assert.equal(single.outcome, 'not enough data');
  assert.match(single.findings[0]?.notes.join(' ') ?? '', /one seed, no interval/);
  const open = evaluateMeasured(one, arms(one, 0.02), published, false);
  assert.equal(open.outcome, 'undecided');
  // differences 0.04, -0.01, 0.03: mean 0.02, sd 0.0264575. SciPy 1.17.1:
  // next(n for n in range(4, 1000) if t.sf(.02 / (.0264575 / n**.5), n - 1) < .05) is 7.
  assert.equal(open.findings[0]?.moreSeeds, 7 - 3);
  assert.equal(open.findings[0]?.p, 0.5);
});

test('unequal conditions and another teacher make no comparison', () => {
  const one = claim('ctkd-helps-kd');
  const given = arms(one, 1);
  const other = given.map((arm) => ({ ...arm, conditions: `${arm.conditions} ${arm.method}` }));
  assert.deepEqual(evaluateMeasured(one, other, published, false).findings, []);
  const taught = given.map((arm) => ({ ...arm, teacher: arm.method }));
  assert.deepEqual(evaluateMeasured(one, taught, published, false).findings, []);
});

test('costs are shares of the time of a step: fewer than claimed is for it', () => {
  const one = claim('ctkd-costs-nothing');
  const times = (extra: number): readonly MeasuredArm[] =>
    arms(one, extra).map((arm) => ({ ...arm, metric: stepTimeMetric, unit: 'ms' }));
  const [finding] = evaluateMeasured(one, times(7), published, false).findings;
  assert.equal(finding?.says, 'against');
  assert.ok(Math.abs((finding?.difference ?? 0) - 10) < 1e-6, String(finding?.difference));
  assert.ok((finding?.low ?? 0) < 10 && (finding?.high ?? 0) > 10);
});

const file = (comparison: string, by = '') => `schemaVersion: 1
claims:
  - id: one
    title: One
    statement: One.
    source: { who: somebody, place: somewhere }
    paper: Quoted comparisons
    kind: better
    metric: top1${by}
    comparisons:
      - ${comparison}
`;

test('a claim that names what no table has is refused with file, line and the nearest name', () => {
  const parse = (text: string, tables: Published = published) =>
    parseClaims('claims.yaml', text, tables);
  const pair = (a: string, b: string, rest = '') =>
    file(`{ a: kd+lskd, b: kd, published: [{ a: ${a}, b: ${b}${rest} }] }`);
  const good = '{ table: lskd-table1, row: KD+LSKD }';
  const kd = '{ table: lskd-table1, row: KD }';
  assert.equal(parse(pair(good, kd)).length, 1);
  assert.throws(
    () => parse(pair('{ table: lskd-table11, row: KD }', kd)),
    /claims\.yaml:11: .*lskd-table11.*Did you mean "lskd-table1"/,
  );
  assert.throws(
    () => parse(pair('{ table: lskd-table1, row: KD+LSDK }', kd)),
    /Did you mean "KD\+LSKD"/,
  );
  assert.throws(
    () => parse(pair(good, kd, ', columns: [vgg13__vgg8]')),
    /no number in column "vgg13__vgg8"/,
  );
  assert.throws(
    () => parse(pair(good, '{ table: fgd-table2, row: FGD }')),
    /no column with a number in both/,
  );
  assert.throws(
    () => parse(file('{ a: KD, b: kd, published: [] }')),
    /CLAIMS_SCHEMA|must match pattern/,
  );
});
