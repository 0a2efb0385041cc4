import { sha256 } from '../../../common/canonical.ts';
import { onlyKinds } from './kind-table.ts';
import { type CodeTokens, codeTokens } from './tokens.ts';

/** Another file of the checkout that a source names. */
export interface Reference {
  /** Relative to the source: `./kd.ts`. */
  readonly specifier: string;
  /** Why it is not followed, where the source says so. */
  readonly reason: string | null;
}

/** A source as the fingerprint sees it: nothing here depends on where it or another file lies. */
export interface Source {
  /**
   * SHA-256 over its tokens; a relative specifier is a mark, and the file that it names is in
   * `references`.
   */
  readonly digest: string;
  /** Imports sorted by what they bind, then the other references in the order of the source. */
  readonly references: readonly Reference[];
  /** Names of npm packages, as specifiers name them: `yaml`, `@tensorflow/tfjs-core`. */
  readonly packages: readonly string[];
  /** The same as they are written: `redistill/kinds`. */
  readonly specifiers: readonly string[];
  /**
   * Places that may reach a file or code which no literal names, and do not say why that is
   * harmless.
   */
  readonly hidden: readonly string[];
}

/** Stands for a relative specifier; no token of a source has a NUL. */
const mark = '\0reference';
/** Words that begin a reference, or code that hides one. */
const beginnings: ReadonlySet<string> = new Set([
  ...['import', 'export', 'new', 'require', 'createRequire', 'eval', 'Function', '__dirname'],
]);
/** Words that reach files or code by a path or a text that only a run knows. */
const blind: ReadonlySet<string> = new Set(['require', 'eval', 'Function', '__dirname']);
const reasonPattern = /not followed by the fingerprint: *(\S[^\n]*)/i;

/**
 * Reads the references of a source: `import` and `export ... from`, `import('x')`, `new URL('x',
 * import.meta.url)`, `import.meta.resolve('x')`, `require('x')` and
 * `createRequire(import.meta.url)('x')`. Imports of types alone do not count: they are gone before
 * the code runs.
 *
 * Any other `import(...)` and `import.meta` is `hidden`, unless a comment in its statement says why
 * it need not be followed: `// Not followed by the fingerprint: <reason>`.
 */
export function readSource(text: string): Source {
  return new Reader(codeTokens(text)).read();
}

/** The same for a table of kinds, as if it had the entries of these kinds alone. */
export function readKindTable(text: string, used: ReadonlySet<string>): Source {
  return new Reader(onlyKinds(codeTokens(text), used)).read();
}

/** An `import` or `export ... from` at the top of a source. */
interface Declaration {
  /** The index behind it. */
  readonly end: number;
  readonly typesOnly: boolean;
  /** Its tokens before and after the specifier. */
  readonly clause: readonly string[];
  readonly specifier: string;
}

class Reader {
  private readonly body: string[] = [];
  private readonly inline: Reference[] = [];
  private readonly specifiers = new Set<string>();
  private readonly hidden: string[] = [];
  /** Of the statement that is being read. */
  private reason: string | null = null;
  private readonly tokens: CodeTokens;

  constructor(tokens: CodeTokens) {
    this.tokens = tokens;
  }

  read(): Source {
    const declarations: Declaration[] = [];
    let at = 0;
    while (at < this.tokens.texts.length) {
      this.noteReason(at);
      if (!beginnings.has(this.text(at)) || this.isProperty(at)) {
        at = this.keep(at, at + 1);
        continue;
      }
      const declaration = this.declaration(at);
      if (declaration === null) at = this.reference(at);
      else {
        if (!declaration.typesOnly) declarations.push(declaration);
        at = declaration.end;
      }
    }
    // In which order a source imports decides nothing, and a move of files changes it where imports
    // are sorted by path.
    const sorted = declarations
      .map((declaration) => ({ ...declaration, key: declaration.clause.join(' ') }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const head = sorted.flatMap(({ clause, specifier }) => [...clause, this.named(specifier), ';']);
    const imported = sorted
      .filter(({ specifier }) => isRelative(specifier))
      .map(({ specifier }) => ({ specifier, reason: null }));
    return {
      digest: sha256(JSON.stringify([head, this.body])),
      references: [...imported, ...this.inline],
      packages: [...new Set([...this.specifiers].map(packageName))],
      specifiers: [...this.specifiers],
      hidden: this.hidden,
    };
  }

  private text(at: number): string {
    return this.tokens.texts[at] ?? '';
  }

  private matches(at: number, ...texts: readonly string[]): boolean {
    return texts.every((text, offset) => this.text(at + offset) === text);
  }

  /** The value of a string literal without escapes, else null. */
  private literal(at: number): string | null {
    if (!this.tokens.literals.has(at)) return null;
    const text = this.text(at);
    return text.includes('\\') ? null : text.slice(1, -1);
  }

  /** `x.import`, `{ export: x }`: a name, not the keyword. */
  private isProperty(at: number): boolean {
    return ['.', '?.'].includes(this.text(at - 1)) || this.text(at + 1) === ':';
  }

  private noteReason(at: number): void {
    const before = this.text(at - 1);
    if (before === ';' || before === '{' || before === '}') this.reason = null;
    this.readComments(at);
  }

  private readComments(at: number): void {
    for (const comment of this.tokens.comments.get(at) ?? []) {
      this.reason = reasonPattern.exec(comment)?.[1] ?? this.reason;
    }
  }

  private declaration(at: number): Declaration | null {
    const word = this.text(at);
    if (word !== 'import' && word !== 'export') return null;
    const typesOnly =
      this.text(at + 1) === 'type' &&
      this.text(at + 2) !== ',' &&
      !(this.text(at + 2) === 'from' && this.literal(at + 3) !== null);
    const start = typesOnly ? at + 2 : at + 1;
    const specifierAt =
      word === 'import' ? this.importSpecifier(start) : this.exportSpecifier(start);
    const specifier = specifierAt === null ? null : this.literal(specifierAt);
    if (specifierAt === null || specifier === null) return null;
    let end = specifierAt + 1;
    if (this.matches(end, 'with', '{')) end = this.behind('}', end);
    const clause = [...this.range(at, specifierAt), ...this.range(specifierAt + 1, end)];
    if (this.text(end) === ';') end += 1;
    return { end, typesOnly, clause, specifier };
  }

  private importSpecifier(start: number): number | null {
    if (['(', '.'].includes(this.text(start))) return null;
    return this.literal(start) === null ? this.behindFrom(start) : start;
  }

  private exportSpecifier(start: number): number | null {
    if (this.text(start) === '*') return this.behindFrom(start);
    if (this.text(start) !== '{') return null;
    const end = this.behind('}', start);
    return this.text(end) === 'from' ? end + 1 : null;
  }

  /** The index behind the next `from` that a literal follows, within the statement. */
  private behindFrom(start: number): number | null {
    for (let at = start; at < this.tokens.texts.length && this.text(at) !== ';'; at += 1) {
      if (this.text(at) === 'from' && this.literal(at + 1) !== null) return at + 1;
    }
    return null;
  }

  private behind(text: string, start: number): number {
    let at = start;
    while (at < this.tokens.texts.length && this.text(at) !== text) at += 1;
    return at + 1;
  }

  private range(start: number, end: number): readonly string[] {
    return this.tokens.texts.slice(start, end);
  }

  /** A reference within a statement, or only its first token. Returns the index behind. */
  private reference(at: number): number {
    if (this.matches(at, 'import', '(')) return this.call(at, at + 2);
    if (this.matches(at, 'import', '.', 'meta', '.', 'resolve', '(')) return this.call(at, at + 6);
    if (this.matches(at, 'require', '(')) return this.call(at, at + 2);
    const meta = ['import', '.', 'meta', '.', 'url', ')'] as const;
    if (this.matches(at, 'createRequire', '(', ...meta, '(')) return this.call(at, at + 9);
    if (this.matches(at, 'new', 'URL', '(') && this.matches(at + 4, ',', ...meta)) {
      return this.address(at, at + 3);
    }
    if (this.matches(at, 'import', '.') || this.isBlind(at)) this.hide(at, at + 6);
    return this.keep(at, at + 1);
  }

  private isBlind(at: number): boolean {
    const word = this.text(at);
    return blind.has(word) && (word === '__dirname' || this.text(at + 1) === '(');
  }

  /** `import(<argument>` and its like. */
  private call(at: number, argument: number): number {
    const specifier = [')', ','].includes(this.text(argument + 1)) ? this.literal(argument) : null;
    if (specifier === null) {
      this.hide(at, argument + 2);
      return this.keep(at, argument);
    }
    return this.refer(at, argument, specifier, this.named(specifier));
  }

  /** `new URL(<argument>, import.meta.url)`: a relative address needs no `./`. */
  private address(at: number, argument: number): number {
    const literal = this.literal(argument);
    if (literal === null) {
      this.hide(at, argument + 8);
      return this.keep(at, argument + 8);
    }
    const relative = !/^([a-z][a-z+.-]*:|\/)/i.test(literal);
    const specifier = relative && !isRelative(literal) ? `./${literal}` : literal;
    this.refer(at, argument, specifier, relative ? mark : literal);
    return this.keep(argument + 1, argument + 8);
  }

  private refer(at: number, argument: number, specifier: string, shown: string): number {
    this.keep(at, argument);
    if (isRelative(specifier)) this.inline.push({ specifier, reason: this.reason });
    this.body.push(shown);
    return argument + 1;
  }

  private keep(at: number, end: number): number {
    for (let inside = at; inside < end; inside += 1) this.body.push(this.text(inside));
    return end;
  }

  private hide(at: number, end: number): void {
    for (let inside = at; inside < end; inside += 1) this.readComments(inside);
    if (this.reason === null) this.hidden.push(this.range(at, end).join(''));
  }

  /** How a specifier counts: a file as what it holds, a package by its name. */
  private named(specifier: string): string {
    if (isRelative(specifier)) return mark;
    if (specifier.startsWith('/') || specifier.startsWith('file:')) this.hidden.push(specifier);
    else if (!specifier.startsWith('node:')) this.specifiers.add(specifier);
    return specifier;
  }
}

const isRelative = (specifier: string) => /^\.\.?(\/|$)/.test(specifier);

/** `@scope/name/deep` -> `@scope/name`. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
