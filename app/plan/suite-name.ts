import { resolve } from 'node:path';
import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import { type Scale, scales } from '../../contract/spec.ts';

const named = new RegExp(`^(.+)@(${scales.join('|')})$`);

/** `default@proxy` names a scale as well; saying it twice differently is a mistake. */
export function splitSuiteName(
  name: string,
  option: Scale | undefined,
): { readonly suite: string; readonly scale: Scale | undefined } {
  const match = named.exec(name);
  if (match === null) {
    const [, misspelt] = /[^@/\\]@([a-z]+)$/.exec(name) ?? [];
    if (misspelt === undefined) return { suite: name, scale: option };
    throw new UsageError(
      'SCALE',
      `"${name}": no scale is called "${misspelt}". ${suggestion(misspelt, scales)}`,
    );
  }
  const scale = match[2] as Scale;
  if (option !== undefined && option !== scale) {
    throw new UsageError('SCALE', `"${name}" and --scale ${option} name different scales.`);
  }
  return { suite: match[1] as string, scale };
}

/**
 * A suite as the loader finds it: the path of one is resolved against the caller's folder, a name
 * stays a name.
 */
export function suiteFrom(cwd: string, name: string): string {
  const isPath = /[/\\]/.test(name) || /\.ya?ml$/.test(name);
  return isPath ? resolve(cwd, name) : name;
}
