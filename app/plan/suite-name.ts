import { UsageError } from '../../common/errors.ts';
import { type Scale, scales } from '../../contract/spec.ts';

const named = new RegExp(`^(.+)@(${scales.join('|')})$`);

/** `default@proxy` names a scale as well; saying it twice differently is a mistake. */
export function splitSuiteName(
  name: string,
  option: Scale | undefined,
): { readonly suite: string; readonly scale: Scale | undefined } {
  const match = named.exec(name);
  if (match === null) return { suite: name, scale: option };
  const scale = match[2] as Scale;
  if (option !== undefined && option !== scale) {
    throw new UsageError('SCALE', `"${name}" and --scale ${option} name different scales.`);
  }
  return { suite: match[1] as string, scale };
}
