import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ModuleScope } from '../networks/modules.ts';
import { stageFeatures } from '../networks/stages.ts';
import { defineMethod } from './define.ts';
import { meanSquare, sumOf } from './feature-ops.ts';
import { alignment } from './fitnet-alignment.ts';
import { unless } from './idle.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { partsContext, refuseNetworks } from './parts.ts';
import { chosenStages, stageShapes, stagesOption } from './stage-choice.ts';

const args = 'Hao840/OFAKD@f7bb896 train.py';
const heterogeneous =
  'github.com/Hao840/OFAKD issue 10 (the author, for pairs that are not both CNNs), in full in jimmylin0979/PAT@a7aff3f distillers/fitnet.py';

/**
 * FitNets as OFA-KD's authors run them: the student's feature at every stage, through one learned
 * layer, is pulled towards the teacher's by the mean of squares, and the stages are summed.
 *
 * The released file asserts that both networks are CNNs: a 1x1 convolution without bias. Other
 * pairs are aligned as in the code that its author posted (`fitnet-alignment.ts`); that code has
 * KD's loss beside it (`klWeight`, 1 there and absent from the released file).
 */
export const fitnetStages = defineMethod({
  kind: 'network',
  id: 'fitnet-stages',
  title: 'FitNets at every stage',
  reference: {
    paper: 'Romero et al.: FitNets: Hints for Thin Deep Nets, ICLR 2015, arXiv 1412.6550',
    equations:
      'Equation 3 at several stages at once, as a mean, together with the cross-entropy from the first epoch',
    official: `Hao840/OFAKD@f7bb896 distillers/fitnet.py; ${heterogeneous}`,
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', `${args} (--gt-loss-weight)`),
    featWeight: option.weight(
      1,
      'Weight of the distances, all stages together',
      `${args} (--fitnet-loss-weight)`,
    ),
    klWeight: option.weight(
      0,
      'Weight of KD beside it',
      `none in Hao840/OFAKD@f7bb896 distillers/fitnet.py; 1 in ${heterogeneous}`,
    ),
    temperature: option.temperature(1, `${args} (--kd-temperature)`),
    stages: stagesOption('Stages that are compared, from 1', `${args} (--fitnet-stage)`),
  },
  idle: { temperature: unless('klWeight'), stages: unless('featWeight') },
  refuses: onFeatures('fitnet-stages', false),
  build: ({ stages: named, featWeight }, { student, teacher }) => {
    const [own, other] = [stageShapes(student), stageShapes(teacher)];
    if (own.length !== other.length) {
      refuseNetworks(
        'fitnet-stages',
        `${student.name} has ${own.length} stages and ${teacher.name} ${other.length}`,
      );
    }
    const scope = new ModuleScope();
    const parts = chosenStages('fitnet-stages', named, student).map((stage) => ({
      place: stage - 1,
      align: alignment(scope.child('projector'), own[stage - 1], other[stage - 1], {
        stage,
        student: student.name,
        teacher: teacher.name,
      }),
    }));
    return {
      params: scope.params,
      terms: (step) => {
        const context = partsContext(step);
        const [mine, theirs] = [
          stageFeatures(student, step.student),
          stageFeatures(teacher, step.teacher),
        ];
        const distances = parts.map(({ place, align }) => {
          const hint = align.student(context, mine[place] as Tensor3D & Tensor4D);
          return meanSquare(hint, align.teacher(theirs[place] as Tensor3D & Tensor4D));
        });
        return { fitnet: tf.mul<Scalar>(sumOf(distances), featWeight) };
      },
    };
  },
});
