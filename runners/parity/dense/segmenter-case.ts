import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { Hyper } from '../../../contract/spec.ts';
import type { GoldenNode } from '../golden.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { summandsOf } from '../losses/features.ts';
import { denseLoss, type GoldenDense } from '../losses/maps.ts';
import { modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/** What a method's own driver says of its cases. */
export interface SegmenterCases {
  readonly id: string;
  /** The method's hyper-parameters, beside the map and a weight of 1. */
  hyper(node: GoldenNode): Hyper;
  /** Whether the case has labels of the pictures. */
  readonly labelled?: boolean;
}

/** A method that compares one map of two segmenters, `feat_student` and `feat_teacher`. */
export function segmenterCheck(method: SegmenterCases): ParityCheck {
  return (file) => lossCases(file, (node) => segmenterCase(file.path, node, method));
}

/** Squares of differences of numbers about 1: where those cancel, their rounding is squared. */
const noise = 2 ** -23;

function segmenterCase(path: string, node: GoldenNode, method: SegmenterCases): ParityCase {
  const { id, hyper, labelled = false } = method;
  const comparison = new Comparison(path, node.get('name').text());
  const golden: GoldenDense = {
    id,
    family: 'segmenter',
    // Any of the maps: they are compared alike.
    hyper: { on: 'embedding', weight: 1, ...hyper(node) },
    student: { embedding: 'feat_student' },
    teacher: { embedding: 'feat_teacher' },
    ...(labelled && { labels: 'labels', classes: classesOf(node) }),
    golden: (param) => param,
  };
  const definition = denseLoss(golden, node);
  for (const mode of modes) {
    compareLoss(comparison, mode, runLoss(definition, mode), node, summandsOf(node, noise));
  }
  return comparison.result();
}

/** Classes of the labels. */
function classesOf(node: GoldenNode): number {
  const classes = node.get('hyper').get('classes');
  const count = classes.number();
  if (!Number.isInteger(count) || count < 2) {
    throw classes.malformed('must be a whole number of at least 2');
  }
  return count;
}
