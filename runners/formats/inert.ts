import { shortened } from '../../common/shortened.ts';

/**
 * A placeholder for a name that is not in the table of globals: a class, a function, or an object
 * that one of them would have made. It only has a name for messages. It is never called, and it
 * drops arguments, attributes and items that the pickle gives it.
 */
export class Inert {
  readonly name: string;
  /** For messages: `an object of argparse.Namespace`. */
  readonly words: string;

  constructor(name: string, words = `an object of ${shortened(name)}`) {
    this.name = name;
    this.words = words;
  }
}

/** Stands for a text that is too long to be a name. */
export function longText(bytes: number): Inert {
  const words = `a text of ${bytes} bytes`;
  return new Inert(words, words);
}

/** With these, pickles make an object of the class that is their first argument. */
const makers: ReadonlySet<string> = new Set(
  ['copyreg', 'copy_reg'].flatMap((module) => [`${module}._reconstructor`, `${module}.__newobj__`]),
);

/** The result of calling a placeholder: another one, named after the class. */
export function inertResult(callee: Inert, args: unknown): Inert {
  const [made] = Array.isArray(args) ? (args as readonly unknown[]) : [];
  return makers.has(callee.name) && made instanceof Inert ? made : callee;
}

/** Names that a pickle used and that are not in the table, for people; their number is bounded. */
export class InertNames {
  private readonly found = new Set<string>();

  add(name: string): void {
    if (this.found.size < 1000) this.found.add(name);
  }

  /** Sorted. */
  list(): readonly string[] {
    return [...this.found].sort();
  }
}
