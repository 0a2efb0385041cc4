import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { featureCheck } from '../losses/features.ts';
import { number, smoothingOf } from '../losses/inputs.ts';

/** Tokens after every block of the student, where the case has them, and the teacher's stages. */
export const localityGuidance: ParityDriver = {
  'losses/locality_guidance.json': featureCheck({
    method: (node) => {
      const blocks = blocksOf(node);
      const all = Array.from({ length: Math.max(...blocks) }, (_, index) => index + 1);
      const tokens = all.map((block) => (blocks.includes(block) ? `tokens_block${block}` : null));
      return {
        id: 'locality-guidance',
        hyper: {
          ceWeight: 1,
          featWeight: number(node, 'inter_weight'),
          blocks: isSpread(blocks) ? 'spread' : `[${blocks.join(',')}]`,
        },
        student: { tokens, logits: 'logits_student' },
        teacher: { features: [null, ...[1, 2, 3].map((stage) => `feat_teacher_stage${stage}`)] },
        target: 'target',
        ...smoothingOf(node),
        whole: true,
        golden: (param) => param,
      };
    },
    terms: { ce: 'loss_ce', guidance: 'loss_inter' },
    others: (comparison, node) => {
      const [, classes] = node.get('inputs').get('logits_student').tensor().shape;
      comparison.equal('classes', classes, number(node, 'num_classes'));
    },
  }),
};

const blocksOf = (node: GoldenNode): readonly number[] =>
  Array.from(node.get('hyper').get('student_blocks').numbers());

/** First, middle and last of as many blocks as the last one's number. */
const isSpread = ([first, middle, last]: readonly number[]): boolean =>
  last !== undefined && first === 1 && middle === Math.floor(last / 2) + 1;
