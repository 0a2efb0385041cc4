/** Why a text is not JSON. */
export interface JsonProblem {
  /**
   * The rest of a sentence that begins with the file: `is no JSON document: [0].score is NaN, ...`.
   */
  readonly sentence: string;
  readonly hint: string;
}

const notNumbers = ['NaN', 'Infinity', '-Infinity'] as const;

/**
 * Says what is wrong with a text that `JSON.parse` refused. Python's `json.dump` writes NaN and
 * infinities, which JSON lacks: the sentence names the path of the first one. Any other mistake
 * keeps the parser's words.
 */
export function jsonProblem(text: string, cause: unknown): JsonProblem {
  const found = firstNotNumber(text);
  if (found !== null) {
    return {
      sentence: `is no JSON document: ${found.path} is ${found.word}, and JSON has no NaN and no infinity`,
      hint: "Python's json.dump writes such numbers unless it is called with allow_nan=False: find out why the value is none.",
    };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return {
    sentence: `is no JSON document: ${message}`,
    hint: 'The file is cut off, damaged or of another format.',
  };
}

/**
 * The first NaN or infinity outside of strings, and its path; null where the text ends or is wrong
 * before it.
 */
function firstNotNumber(text: string): { path: string; word: string } | null {
  /** For each level the index in a list, or the key in an object. */
  const path: (number | string)[] = [];
  let key: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '"') {
      const end = endOfText(text, at);
      if (end === -1) return null;
      // A text before a colon is a key; the last one before a value counts.
      key = text.slice(at, end + 1);
      at = end;
    } else if (character === '[') path.push(0);
    else if (character === '{') path.push('');
    else if (character === ']' || character === '}') path.pop();
    else if (character === ':') path[path.length - 1] = keyName(key);
    else if (character === ',') {
      const last = path.at(-1);
      if (typeof last === 'number') path[path.length - 1] = last + 1;
    } else {
      const word = notNumbers.find((each) => text.startsWith(each, at));
      if (word !== undefined) return { path: pathName(path), word };
      if (/[A-Za-z]/.test(character)) {
        const plain = ['true', 'false', 'null'].find((each) => text.startsWith(each, at));
        if (plain !== undefined) at += plain.length - 1;
        // An exponent may follow; anything else is another mistake.
        else if (character !== 'e' && character !== 'E') return null;
      }
    }
  }
  return null;
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}

function keyName(quoted: string | null): string {
  try {
    return String(JSON.parse(quoted ?? '""'));
  } catch {
    return '?';
  }
}

/** Most levels that a message names. */
const longestPath = 12;

function pathName(path: readonly (number | string)[]): string {
  if (path.length === 0) return 'the document';
  const parts = path
    .slice(0, longestPath)
    .map((part, index) =>
      typeof part === 'number'
        ? `[${part}]`
        : `${index === 0 ? '' : '.'}${part.length > 60 ? `${part.slice(0, 57)}...` : part}`,
    );
  return parts.join('') + (path.length > longestPath ? '...' : '');
}
