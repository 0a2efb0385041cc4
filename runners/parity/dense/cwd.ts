import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { allLevels } from '../../distillers/dense/levels.ts';
import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { compareLoss, type Summands } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { summandsOf } from '../losses/features.ts';
import { denseLoss, type GoldenDense } from '../losses/maps.ts';
import { type LossResult, modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/**
 * CWD: TorchDistiller's criterion with every normalisation and divergence, on logits or through its
 * connector, and the article's variant, which sums over levels.
 */
const check: ParityCheck = (file) => lossCases(file, (node) => channelwiseCase(file.path, node));

export const cwd: ParityDriver = { 'losses/cwd.json': check };

function channelwiseCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const finite = Number.isFinite(node.get('outputs').get('loss').number());
  // Both forms where there is more than one: the article's variant is the stable form itself.
  const forms = node.get('hyper').has('tau') ? ['stable'] : ['stable', 'official'];
  for (const form of forms) {
    const definition = denseLoss(goldenOf(node, form), node);
    for (const mode of modes) {
      const label = `${mode} ${form}`;
      const result = runLoss(definition, mode);
      if (finite) compareLoss(comparison, label, result, node, summands(node));
      else if (form === 'stable') stableIsFinite(comparison, label, result);
      else officialIsNot(comparison, label, result, node);
    }
  }
  if (!finite) {
    comparison.note(
      'the official result is not finite (recorded as such); the stable form is the default here',
    );
  }
  return comparison.result();
}

/**
 * Equal maps cancel: divergences of about 1 per channel, averaged over channels, and in the
 * gradient probabilities of one over what is normalised together, which makes T over the number of
 * all elements.
 */
function summands(node: GoldenNode): Summands {
  const own = summandsOf(node, 1);
  const map = node.get('inputs').optional('feat_student')?.tensor();
  if (map === undefined) return own;
  const temperature = node.get('hyper').get('temperature').number();
  return { ...own, grads: { ...own.grads, feat_student: temperature / map.data.length } };
}

function stableIsFinite(comparison: Comparison, label: string, { loss, grads }: LossResult): void {
  comparison.equal(`${label} loss is finite`, Number.isFinite(loss), true);
  const finite = grads['feat_student']?.data.every(Number.isFinite);
  comparison.equal(`${label} gradient is finite`, finite, true);
}

function officialIsNot(
  comparison: Comparison,
  label: string,
  { loss, grads }: LossResult,
  node: GoldenNode,
): void {
  const expected = node.get('grads').get('feat_student').tensor().data;
  comparison.equal(`${label} loss is finite`, Number.isFinite(loss), false);
  comparison.equal(
    `${label}, elements of the gradient that are finite`,
    Array.from(grads['feat_student']?.data ?? [], Number.isFinite),
    Array.from(expected, Number.isFinite),
  );
}

function goldenOf(node: GoldenNode, form: string): GoldenDense {
  const hyper = node.get('hyper');
  const levels = node.get('inputs').optional('feats_student')?.list().length;
  const golden = (param: string) => param.replace('embedding.', '');
  if (levels !== undefined) {
    const names = (network: string) =>
      Array.from({ length: levels }, (_, index) => `feats_${network}[${index}]`);
    return {
      id: 'cwd',
      family: 'anchor-based',
      hyper: { weight: 1, temperature: hyper.get('tau').number(), levels: allLevels },
      student: { features: names('student') },
      teacher: { features: names('teacher') },
      golden,
    };
  }
  const connected = node.optional('params') !== null;
  const criterion: Hyper = {
    weight: 1,
    temperature: hyper.get('temperature').number(),
    norm: hyper.get('norm_type').text(),
    divergence: hyper.get('divergence').text(),
    form,
    connector: 'conv',
  };
  const place = connected ? 'embedding' : 'logits';
  return {
    id: 'cwd',
    family: 'segmenter',
    hyper: { ...criterion, on: place },
    student: { [place]: 'feat_student' },
    teacher: { [place]: 'feat_teacher' },
    golden,
  };
}
