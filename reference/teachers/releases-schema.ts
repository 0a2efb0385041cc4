/* How releases.yaml is written: which weights authors released, and what they taught. */
import Type from 'typebox';
import { constant, oneOf, recordOf, ref } from '../../contract/schema/define.ts';

const closed = { additionalProperties: false } as const;

export const text = Type.String({ minLength: 1 });
export const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._+-]*$' });

export const published = oneOf(
  [Type.Null(), Type.Object({ table: ref('text', text), column: ref('text', text) }, closed)],
  {
    description:
      'The table and column whose row Teacher prints its accuracy; null where no source does.',
  },
);

const teacherFields = {
  model: ref('name', name),
  layout: ref('name', name),
  unfit: Type.Optional(ref('text', text)),
  published: ref('published', published),
};

export const teacher = Type.Object(teacherFields);

/** A file of one teacher, or an archive of several. */
export const file = Type.Object(
  {
    url: Type.Optional(Type.String({ pattern: '^https?://' })),
    file: Type.Optional(ref('name', name)),
    ...Type.Partial(teacher).properties,
    members: Type.Optional(
      Type.Array(Type.Object({ path: ref('text', text), ...teacherFields }, closed), {
        minItems: 1,
      }),
    ),
  },
  {
    ...closed,
    anyOf: [{ required: ['url'] }, { required: ['file'] }],
    oneOf: [{ required: ['members'] }, { required: ['model', 'layout', 'published'] }],
  },
);

export const release = Type.Object(
  {
    title: ref('text', text),
    dataset: Type.String({ minLength: 1, description: 'What the teachers were trained on.' }),
    normalisation: Type.Optional(ref('text', text)),
    page: Type.Optional(
      Type.String({ minLength: 1, description: 'Where a person finds files without an address.' }),
    ),
    licence: Type.Object({ terms: ref('text', text), source: ref('text', text) }, closed),
    teaches: Type.Array(
      Type.Object(
        {
          tables: Type.Array(ref('text', text), { minItems: 1 }),
          source: ref('text', text),
        },
        closed,
      ),
      {
        description: 'Published tables whose numbers these teachers made, with who says so.',
      },
    ),
    source: ref('text', text),
    files: Type.Array(ref('file', file), { minItems: 1 }),
  },
  closed,
);

export const releasesFile = Type.Object(
  {
    schemaVersion: constant(1),
    releases: recordOf(ref('release', release), { propertyNames: { pattern: '^[a-z0-9-]+$' } }),
  },
  { title: 'Released teachers', ...closed },
);
