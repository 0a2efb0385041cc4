import jsTokens from 'js-tokens';

/**
 * The npm package that tells code from comments and layout; its locked version is part of the
 * fingerprint.
 */
export const tokenizer = 'js-tokens';

/** The tokens of a source that count. Flat, because a checkout has some 150,000. */
export interface CodeTokens {
  readonly texts: readonly string[];
  /** Places of string literals, and of templates without a substitution. */
  readonly literals: ReadonlySet<number>;
  /** Comments, by the place of the token behind them. */
  readonly comments: ReadonlyMap<number, readonly string[]>;
}

/**
 * After these words a line break is more than layout: it ends the statement (ECMA-262's restricted
 * productions).
 */
const endedByLineBreak: ReadonlySet<string> = new Set(['return', 'break', 'continue', 'yield']);
/** Before these, likewise. */
const startedByLineBreak: ReadonlySet<string> = new Set(['++', '--']);
const closing: ReadonlySet<string> = new Set([')', ']', '}', '>']);

/**
 * The tokens of a source (JavaScript or TypeScript) that decide what it does: no comments, no white
 * space, no comma after the last item of a list, which formatters add where they break a line. A
 * line break that ends a statement without a semicolon's help counts as a token.
 */
export function codeTokens(source: string): CodeTokens {
  const texts: string[] = [];
  const literals = new Set<number>();
  const comments = new Map<number, readonly string[]>();
  let read: string[] = [];
  let broken = false;
  for (const { type, value } of jsTokens(source)) {
    if (type === 'WhiteSpace' || type === 'HashbangComment') continue;
    if (type === 'LineTerminatorSequence') {
      broken = true;
      continue;
    }
    if (type === 'SingleLineComment' || type === 'MultiLineComment') {
      read.push(value);
      broken ||= value.includes('\n');
      continue;
    }
    const before = texts.at(-1) ?? '';
    if (broken && (endedByLineBreak.has(before) || startedByLineBreak.has(value))) texts.push('\n');
    else if (before === ',' && closing.has(value) && !isHole(texts)) texts.pop();
    if (type === 'StringLiteral' || type === 'NoSubstitutionTemplate') literals.add(texts.length);
    if (read.length > 0) {
      comments.set(texts.length, read);
      read = [];
    }
    texts.push(value);
    broken = false;
  }
  return { texts, literals, comments };
}

/**
 * Whether the comma at the end stands for an element that is left out: `[,]` has one, `[]` none.
 */
function isHole(texts: readonly string[]): boolean {
  const before = texts.at(-2);
  return before === '[' || before === ',';
}
