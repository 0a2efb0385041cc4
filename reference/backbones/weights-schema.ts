/* How weights.yaml is written: which weights of backbones are released, and sets of them. */
import Type from 'typebox';
import { constant, recordOf, ref } from '../../contract/schema/define.ts';

const closed = { additionalProperties: false } as const;

export const text = Type.String({ minLength: 1 });

export const weights = Type.Object(
  {
    architecture: ref('text', text),
    url: Type.Optional(Type.String({ pattern: '^https?://.*[.]pth$' })),
    /** Where a person finds a file without an address. */
    page: Type.Optional(ref('text', text)),
    source: ref('text', text),
  },
  { ...closed, oneOf: [{ required: ['url'] }, { required: ['page'] }] },
);

export const set = Type.Object(
  { title: ref('text', text), weights: Type.Array(ref('text', text), { minItems: 1 }) },
  closed,
);

export const weightsFile = Type.Object(
  {
    schemaVersion: constant(1),
    weights: recordOf(ref('weights', weights), {
      propertyNames: { pattern: '^[a-z-]+/[a-z0-9_]+$' },
    }),
    sets: recordOf(ref('set', set), { propertyNames: { pattern: '^[a-z0-9-]+$' } }),
  },
  { title: 'Released weights of backbones', ...closed },
);
