import {
  type Document,
  isAlias,
  isScalar,
  Lexer,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import { shortened } from './shortened.ts';
import { shown } from './shown.ts';

/** Limits of a text: many times the largest file of this project, still read within two seconds. */
const limits = {
  characters: 4 * 2 ** 20,
  tokens: 300_000,
  anchors: 1000,
  key: 1000,
  depth: 300,
} as const;
/** Without it a file of kilobytes, whose aliases refer to aliases, would stand for terabytes. */
const maxAliasCount = 100;
/** Most mistakes that an error lists; a damaged file has thousands. */
const toldMistakes = 20;
/** The parser's words quote a token, which may be as long as the file. */
const longestMistake = 200;

/** YAML read within the limits. It knows the line of everything in it. */
export interface BoundedYaml {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly value: unknown;
}

/**
 * Parses YAML 1.2 and makes its value. The text is measured before it is parsed, which bounds work
 * and memory: the parser's own time is quadratic in the keys of a mapping and in aliases.
 *
 * Refuses invalid YAML and five things more: keys that are no plain names or stand twice,
 * `__proto__`, whole numbers beyond 2^53, numbers that other versions of YAML read differently
 * (`0x10`, `0o17`, `017`), and files of another version.
 *
 * @param refuse makes the error from a sentence that names file and line
 */
export function parseBounded(
  file: string,
  text: string,
  refuse: (sentence: string) => Error,
  options: { readonly merge: boolean },
): BoundedYaml {
  checkTokens(file, text, refuse);
  const lines = new LineCounter();
  const within = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      // The parser throws these itself: a text nested more deeply than its stack, too many aliases.
      if (cause instanceof RangeError) throw refuse(`${file} is nested too deeply.`);
      if (cause instanceof ReferenceError) throw refuse(`${file}: ${cause.message}.`);
      throw cause;
    }
  };
  const document = within(() =>
    parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
      // Ours below, in linear time.
      uniqueKeys: false,
      merge: options.merge,
    }),
  );
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  // The text is nested more deeply than the parser's stack; the words are V8's.
  const tooDeep = document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep) throw refuse(`${file} is nested too deeply.`);
  const mistakes = document.errors.map(
    ({ pos, message }) => `${at(pos[0])}: ${shortened(message, longestMistake)}`,
  );
  const version = document.directives?.yaml;
  if (version?.explicit === true && version.version !== '1.2') {
    mistakes.push(`${file}:1: the file asks for YAML ${version.version}; 1.2 is read.`);
  }
  if (mistakes.length === 0) mistakes.push(...within(() => contentMistakes(document, at)));
  if (mistakes.length > 0) throw refuse(firstOf(mistakes).join('\n'));
  return { document, lines, value: within(() => document.toJS({ maxAliasCount })) };
}

/** The first few lines of a list, and a line with the number of the others. */
export function firstOf<T>(all: readonly T[]): readonly (T | string)[] {
  if (all.length <= toldMistakes) return all;
  return [...all.slice(0, toldMistakes), `... and ${all.length - toldMistakes} more.`];
}

/**
 * An upper bound of the depth at a token: its brackets, the block signs at the start of its line,
 * and its indentation. It is counted before the parser recurses, because V8 ends the process when
 * it compiles a pattern on the last of its stack.
 */
class DepthGauge {
  private brackets = 0;
  private signs = 0;
  private indent = 0;
  private begins = true;

  after(token: string): number {
    if (token.startsWith('\n') || token.startsWith('\r')) {
      this.begins = true;
      this.signs = 0;
      this.indent = 0;
    } else if (token === '[' || token === '{') this.brackets += 1;
    else if (token === ']' || token === '}') this.brackets = Math.max(0, this.brackets - 1);
    else if (token === '-' || token === '?') this.signs += 1;
    else if (this.begins && /^ +$/.test(token)) this.indent = token.length;
    if (!/^[\n\r]/.test(token)) this.begins = false;
    return this.brackets + this.signs + this.indent;
  }
}

function checkTokens(file: string, text: string, refuse: (sentence: string) => Error): void {
  if (text.length > limits.characters) {
    throw refuse(`${file} has ${text.length} characters; up to ${limits.characters} are read.`);
  }
  let [tokens, anchors, aliases] = [0, 0, 0];
  const depth = new DepthGauge();
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (depth.after(token) > limits.depth) throw refuse(`${file} is nested too deeply.`);
    // The lexer announces a scalar by a token of its own, so no text begins like these.
    if (token.startsWith('&')) anchors += 1;
    if (token.startsWith('*')) aliases += 1;
    if (tokens > limits.tokens) {
      throw refuse(`${file} is made of more than ${limits.tokens} parts; no file needs as many.`);
    }
    if (anchors > limits.anchors || aliases > limits.anchors) {
      throw refuse(`${file} has more than ${limits.anchors} anchors or aliases.`);
    }
  }
}

/** One sentence per key or number that a file of ours must not have. */
function contentMistakes(document: Document, at: (offset: number) => string): string[] {
  const mistakes: string[] = [];
  const wrong = (node: unknown, sentence: string) => {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    mistakes.push(`${at(range?.[0] ?? 0)}: ${sentence}`);
  };
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items as Pair[]) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === undefined) {
          wrong(key, isAlias(key) ? 'a key cannot be an alias.' : 'a key must be a name.');
        } else if (name.length > limits.key) {
          wrong(key, `the key ${shown(name)} has ${name.length} characters.`);
        } else if (name === '__proto__') {
          wrong(key, 'the key "__proto__" means nothing here.');
        } else if (seen.has(name)) {
          wrong(key, `the key ${shown(name)} stands there twice: map keys must be unique.`);
        }
        seen.add(name ?? '');
      }
    },
    Scalar(_, node) {
      const problem = numberProblem(node);
      if (problem !== null) wrong(node, problem);
    },
  });
  return mistakes;
}

function numberProblem({ value, source = '', format }: Scalar): string | null {
  if (typeof value !== 'number') return null;
  if (format === 'HEX' || format === 'OCT' || /^[-+]?0\d/.test(source)) {
    return `the number ${shown(source)} is read as other numbers by other programs; write ${value}, or quotes for a text.`;
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return `the number ${shown(source)} is beyond ${Number.MAX_SAFE_INTEGER}, up to which whole numbers are exact.`;
  }
  return null;
}
