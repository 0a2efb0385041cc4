import { lookUp } from '../../common/look-up.ts';
import type { ParitySample } from '../../contract/parity.ts';
import type { ParityCaseRow, ParityRunRow } from '../../results/parity.ts';
import { duration, moment, plural } from '../format.ts';
import { nodeVersion } from '../views/conditions.ts';
import type { SitePage } from './types.ts';

/** The newest comparison with the numbers of the official implementations. */
export const page: SitePage = {
  path: 'parity.html',
  title: 'Parity with the official implementations',
  navigation: 'Parity',
  template: 'parity.njk',
  async content({ parity: runs }) {
    return runs.length === 0 ? null : { runs: runs.map(runView) };
  },
};

const kinds: Readonly<Record<string, string>> = {
  losses: 'Losses and their gradients',
  models: 'Networks',
  trajectory: 'Five-step trainings',
  optim: 'Optimizers and schedules',
  augment: 'Augmentation',
  coco: 'COCO metrics',
  segm: 'Segmentation metrics',
  det: 'Detection',
  segnet: 'Segmentation networks',
};

function runView(run: ParityRunRow) {
  const failed = run.cases.filter(({ ok }) => !ok);
  const skipped = run.cases.filter((each) => each.skipped);
  const compared = run.cases.filter((each) => !each.skipped);
  const groups = Map.groupBy(compared, ({ file }) => file.split('/')[0] as string);
  return {
    id: `parity-${run.mode}`,
    title: run.mode === 'recorded' ? 'As trials run: recorded graphs' : 'Operation by operation',
    verdict: badge(failed.length === 0),
    sample: run.sample === null ? '' : sampleSentence(run.sample),
    sentence: `${compared.length - failed.length} of ${plural(compared.length, 'case')} agree with the official numbers within their tolerance.`,
    conditions: [
      { name: 'Official numbers', value: run.ownGolden ? 'those of the project, reference/golden' : 'another folder of golden files' },
      { name: 'Hardware', value: `${run.cpu}, ${plural(run.cores, 'core')}` },
      { name: 'Software', value: `TensorFlow ${run.tensorflow}, Node ${nodeVersion(run.node)}, ${run.os}` },
      { name: 'Commit', value: run.commit === null ? 'not from a checkout' : `${run.commit}${run.dirty ? ', with changes' : ''}`, code: true },
      { name: 'Measured', value: `${moment(run.startedAt)}, in ${duration(run.seconds)}` },
    ], // biome-ignore format: a table
    failed: failed.map(caseView),
    skipped: skipped.map(({ file, name, note }) => ({ file, name, note })),
    groups: [...groups].map(([folder, cases]) => ({
      name: lookUp(kinds, folder) ?? folder,
      verdict: badge(cases.every(({ ok }) => ok)),
      count: `${cases.filter(({ ok }) => ok).length} of ${cases.length}`,
      files: [...Map.groupBy(cases, ({ file }) => file)].map(([file, own]) => fileView(file, own)),
    })),
    notCovered: run.notCovered,
  };
}

function sampleSentence({ files, of }: ParitySample): string {
  return `This is a sample: ${files} of ${of} golden files, every loss and the networks of the default suite. redistill verify checks all of them.`;
}

function badge(ok: boolean) {
  return ok
    ? { word: 'agrees', symbol: '\u2713', style: 'reproduced' }
    : { word: 'differs', symbol: '\u2715', style: 'failed' };
}

/** A golden file, by the case that comes nearest to its tolerance. */
function fileView(file: string, cases: readonly ParityCaseRow[]) {
  const nearness = ({ maxError, tolerance }: ParityCaseRow) =>
    maxError === null ? Number.POSITIVE_INFINITY : maxError / tolerance;
  const nearest = cases.reduce((one, other) => (nearness(other) > nearness(one) ? other : one));
  return {
    file,
    verdict: badge(cases.every(({ ok }) => ok)),
    count: `${cases.filter(({ ok }) => ok).length} of ${cases.length}`,
    passed: cases.filter(({ ok }) => ok).length,
    nearest: caseView(nearest),
  };
}

function caseView({ file, name, ok, maxError, tolerance, note }: ParityCaseRow) {
  return {
    file,
    name,
    ...badge(ok),
    error: maxError === null ? 'not alike' : maxError.toExponential(1),
    tolerance: tolerance.toExponential(1),
    share: maxError === null ? '' : percent(maxError / tolerance),
    sort: maxError === null ? '1e9' : String(maxError / tolerance),
    note: note ?? '',
  };
}

function percent(share: number): string {
  return share < 0.01 ? 'below 1 %' : `${Math.round(100 * share)} %`;
}
