import Type from 'typebox';
import { constant } from './define.ts';

const closed = { additionalProperties: false } as const;
const paths = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), { maxItems: 1000, description }),
  );

/** `redistill.config.yaml`: what a repository adds to Redistill. */
export const config = Type.Object(
  {
    schemaVersion: Type.Optional(constant(1)),
    plugins: paths(
      'TypeScript or JavaScript files that export methods, networks, data sets. They are programs: they run with your rights.',
    ),
    suites: paths('Suites, or folders of suites.'),
    recipes: paths('Files of recipes, written as reference/recipes/recipes.yaml is.'),
    published: paths(
      'Published tables, or folders of them. A selection.yaml beside a table says which epoch its numbers are from.',
    ),
  },
  {
    title: 'What a repository adds to Redistill; paths are relative to this file',
    ...closed,
  },
);
