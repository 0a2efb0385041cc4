import Type from 'typebox';

const text = Type.String({ maxLength: 4096 });

/**
 * A user's file that brings kinds of their own (a method, a network ...), as journals, plans and
 * reports name it: nothing here depends on where it lies.
 */
export const ownFile = Type.Object({
  /** From the root of the user's repository, with `/`. */
  file: text,
  /** SHA-256 of the file and of everything that it imports, without comments, layout and paths. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** What is used of it: `method focus`. */
  kinds: Type.Array(text, { maxItems: 1000 }),
  /** Of the user's repository; null where the file is in none. */
  commit: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  /** True where the file, or one that it imports, differs from `commit` or is not in it. */
  dirty: Type.Boolean(),
});
