import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files below a folder, by path. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** A method of a user's own, in two files. */
export const cosine = (id: string): Readonly<Record<string, string>> => ({
  'methods/cosine.ts': `
    import { defineMethod, option, tf } from 'redistill/kinds';
    import { cosines } from './cosines.ts';

    const source = 'ours';
    export default defineMethod({
      kind: 'logits',
      id: '${id}',
      title: 'Cosine distance of the logits',
      reference: { paper: 'unpublished', equations: '1 - cos(z_s, z_t)', official: 'this file' },
      options: {
        ceWeight: option.weight(1, 'Weight of the cross-entropy', source),
        kdWeight: option.weight(2, 'Weight of the cosine distance', source),
      },
      rowLoss: ({ student, teacher }) => tf.sub(1, cosines(student, teacher)),
    });
  `,
  'methods/cosines.ts': `
    import { normalizeRows, tf } from 'redistill/kinds';

    export function cosines(a, b) {
      return tf.sum(tf.mul(normalizeRows(a), normalizeRows(b)), 1);
    }
  `,
});

/** A study of that method at scale \`smoke\`. */
export const study = (id: string, method: string): string => `
schemaVersion: 1
id: ${id}
title: Does the cosine of logits teach as well as KD?
task: classification
noReference: The method is ours; no paper has numbers of it.
metrics: { top1: { margin: 0.5 } }
columns: [{ id: resnet20__resnet8, gate: 0 }]
rows:
  - { name: Teacher, role: teacher }
  - { name: KD }
  - { name: Cosine, method: ${method} }
  - { name: Cosine+LSKD, method: ${method}+lskd }
claims: [{ row: Cosine, over: KD }]
scales:
  smoke:
    notComparable: "Smoke test: its numbers mean nothing."
    dataset: embedded-small
    recipe: embedded-smoke
    seeds: [1]
`;
