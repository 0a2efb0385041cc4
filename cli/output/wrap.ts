/** Columns of a terminal that printed texts and tables fit in. */
export const textWidth = 100;

/**
 * Parts that a line may end after: words, and the parts of a path. A number stays with its per cent
 * sign and its scatter.
 */
export const partsOf = (text: string): readonly string[] => text.split(/(?<=[ /])(?<!± )(?![%±])/);

/**
 * A text in lines of at most so many code points, broken after spaces and slashes; a longer part
 * has a line of its own. A text that fits stays as it is, with all of its spaces.
 */
export function linesWithin(text: string, most: number): readonly string[] {
  if ([...text].length <= most) return [text];
  const lines: string[] = [];
  let line = '';
  for (const part of partsOf(text)) {
    const longer = line + part;
    if (line !== '' && [...longer.trimEnd()].length > most) {
      lines.push(line.trimEnd());
      line = part;
    } else line = longer;
  }
  return [...lines, line.trimEnd()];
}
