import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import type { Recipe } from '../../contract/spec.ts';
import { createDistiller } from '../distillers/create.ts';
import { countParameters } from '../networks/init.ts';
import type { Network, ParamSpec } from '../networks/types.ts';
import { decays } from '../tasks/optimise.ts';
import { GoldenNode } from './golden.ts';
import { networkFor, networkName } from './networks.ts';
import { fullSize } from './token-models.ts';
import { Comparison } from './tolerance.ts';

/**
 * What OFA's optimizer moves for real pairs: parameters of student and heads, names and shapes of
 * the heads, and which of all of them decay. Tensors that a student would leave out of the decay by
 * itself (class tokens, tables of positions) still decay, as in the official training.
 */
export const paramGroupsCheck: ParityCheck = (file) =>
  GoldenNode.of(file)
    .get('cases')
    .list()
    .map((node) => pairCase(file.path, node));

function pairCase(path: string, node: GoldenNode): ParityCase {
  const [student, teacher] = [networkOf(node, 'student'), networkOf(node, 'teacher')];
  const { params } = createDistiller('ofa', {}, { student, teacher });
  const heads = params.filter(({ trainable }) => trainable);
  const comparison = new Comparison(path, `${teacher.name} -> ${student.name}`);
  comparison
    .equal(
      'parameters of the student',
      countParameters(student),
      node.get('student_params').number(),
    )
    .equal(
      'parameters of the heads',
      countParameters({ params: heads }),
      node.get('projector_params').number(),
    )
    .equal(
      'the heads',
      heads.map(({ name, torchShape }) => [name.replace('projector.', ''), torchShape]),
      node
        .get('projector')
        .list()
        .map((entry) => {
          const [name, shape] = entry.list();
          if (name === undefined || shape === undefined)
            throw entry.malformed('must be [name, shape]');
          return [name.text(), shape.shape()];
        }),
    );
  const moved = [...student.params.filter(({ trainable }) => trainable), ...heads];
  for (const group of node.get('groups').list()) {
    const decay = group.get('weight_decay').number();
    const own = moved.filter((param) => decaying(param) === decay > 0);
    comparison
      .equal(`tensors that decay by ${decay}`, own.length, group.get('count').number())
      .equal(`their elements`, countParameters({ params: own }), group.get('elements').number());
  }
  for (const nevertheless of node.get('of_these_decayed_nevertheless').list()) {
    const name = nevertheless.text().replace(/^student\./, '');
    const param = student.params.find((each) => each.name === name);
    comparison.equal(`${name} decays`, param !== undefined && decaying(param), true);
  }
  return comparison.result();
}

const byMatrices = { decays: 'matrices' } as Recipe['optimizer'];
const decaying = (param: ParamSpec): boolean => decays(byMatrices, param);

function networkOf(node: GoldenNode, key: 'student' | 'teacher'): Network {
  const official = node.get(key).text();
  const name = fullSize[official] ?? networkName('imagenet_timm_', official);
  return networkFor(name, node.get('num_classes').number(), [1, 3, 224, 224]);
}
