import { join } from 'node:path';
import { execa } from 'execa';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Pythons are, the ones that a person has chosen first. */
function candidates(environment: Environment): readonly string[] {
  const chosen = ['VIRTUAL_ENV', 'CONDA_PREFIX'].flatMap((name) => {
    const folder = environment[name];
    return folder === undefined || folder === '' ? [] : [join(folder, 'bin', 'python')];
  });
  const minors = [14, 13, 12, 11, 10].map((minor) => `python3.${minor}`);
  return [...new Set([...chosen, 'python3', 'python', ...minors])];
}

/**
 * The Python whose PyTorch is newest, to measure beside: `REDISTILL_PYTHON` where it is set, else
 * among those of an active environment and of the path. `python3` where none has any.
 *
 * @param versionOf PyTorch's version in a Python; null where it has none
 */
export async function findPython(
  environment: Environment,
  versionOf: (python: string) => Promise<string | null> = torchVersion,
): Promise<string> {
  const named = environment['REDISTILL_PYTHON'];
  if (named !== undefined && named !== '') return named;
  let best = { python: 'python3', version: [] as readonly number[] };
  for (const python of candidates(environment)) {
    const version = await versionOf(python);
    if (version === null) continue;
    const numbers = version.split(/[.+]/, 2).map(Number);
    if (isNewer(numbers, best.version)) best = { python, version: numbers };
  }
  return best.python;
}

function isNewer(one: readonly number[], other: readonly number[]): boolean {
  const [major = 0, minor = 0] = one;
  const [otherMajor = -1, otherMinor = -1] = other;
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
}

async function torchVersion(python: string): Promise<string | null> {
  const script = 'import torch; print(torch.__version__)';
  const { exitCode, stdout } = await execa(python, ['-c', script], {
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  });
  return exitCode === 0 && /^\d+\.\d+/.test(stdout.trim()) ? stdout.trim() : null;
}
