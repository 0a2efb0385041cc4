import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { codeTokens } from '../../runners/training/fingerprint/tokens.ts';

/** One file names another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /**
   * An `import` of values or types, static or not, or an `address` (`new URL('./x.ts',
   * import.meta.url)`), by which a process or a thread is started.
   */
  readonly kind: 'import' | 'address';
}

/** What one source names, as it stands there. */
export interface Named {
  readonly specifier: string;
  readonly kind: Edge['kind'];
}

/**
 * Every file and package that a source names: imports and exports of values and of types,
 * `import()` as a value and as a type, `require` and addresses; in JavaScript the types of its
 * comments, too.
 */
export function namedBy(text: string): readonly Named[] {
  const { texts, literals, comments } = codeTokens(text);
  const named: Named[] = [];
  for (const at of literals) {
    const specifier = (texts[at] as string).slice(1, -1);
    const [before, earlier] = [texts[at - 1], texts[at - 2]];
    const isImport =
      before === 'from' ||
      before === 'import' ||
      (before === '(' && (earlier === 'import' || earlier === 'require'));
    const isAddress =
      before === '(' &&
      earlier === 'URL' &&
      texts.slice(at + 1, at + 7).join('') === ',import.meta.url';
    if (isImport) named.push({ specifier, kind: 'import' });
    else if (isAddress) named.push({ specifier, kind: 'address' });
  }
  for (const comment of [...comments.values()].flat()) {
    for (const [, specifier] of comment.matchAll(/\{(?:typeof )?import\('([^']+)'\)/g)) {
      named.push({ specifier: specifier as string, kind: 'import' });
    }
  }
  return named;
}

const code = /\.(ts|mjs|js)$/;

/**
 * The sources of a checkout that git knows or would add, without the texts that tests are fed with.
 */
export function sourcesOf(root: string): readonly string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
    .split('\n')
    .filter((path) => code.test(path) && existsSync(join(root, path)));
}

/** Who names whom among the sources of a checkout. */
export function edgesOf(
  root: string,
  sources: readonly string[] = sourcesOf(root),
): readonly Edge[] {
  const known = new Set(sources);
  return sources.flatMap((from) =>
    namedBy(readFileSync(join(root, from), 'utf8')).flatMap(({ specifier, kind }) => {
      const relative =
        specifier.startsWith('.') || (kind === 'address' && !/^[a-z]+:/.test(specifier));
      const to = join(dirname(from), specifier);
      return relative && known.has(to) && to !== from ? [{ from, to, kind }] : [];
    }),
  );
}

/** Groups that lead back to themselves (Tarjan 1972), each sorted, those of one left out. */
export function circlesOf(edges: Iterable<readonly [from: string, to: string]>): string[][] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  function visit(node: string): void {
    index.set(node, index.size);
    low.set(node, index.get(node) as number);
    stack.push(node);
    for (const other of next.get(node) ?? []) {
      if (!index.has(other)) visit(other);
      if (stack.includes(other)) {
        low.set(node, Math.min(low.get(node) as number, low.get(other) as number));
      }
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) circles.push(circle.sort());
  }
  for (const node of next.keys()) if (!index.has(node)) visit(node);
  return circles;
}
