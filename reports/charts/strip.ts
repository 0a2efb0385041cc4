import { escapeMarkup } from '../markup.ts';

/** A part of a whole: its share is its length. */
export interface StripPart {
  readonly count: number;
  /** The class that picks its colour in site.css. */
  readonly style: string;
  /** Stands in the part where it is long enough, so that colour is not alone. */
  readonly symbol: string;
}

/** Percent that the shortest part takes, so that one of thousands is still seen. */
const shortest = 1.2;
/** Percent from which a symbol fits. */
const roomForSymbol = 5;

/**
 * Parts of a whole as one bar over the full width of its place. Percentages instead of a view box:
 * the bar stretches and the symbols do not.
 *
 * @param description what a screen reader says of it.
 */
export function strip(parts: readonly StripPart[], description: string): string {
  const present = parts.filter(({ count }) => count > 0);
  const whole = present.reduce((sum, { count }) => sum + count, 0);
  const wanted = present.map(({ count }) => Math.max(shortest, (100 * count) / whole));
  const scale = 100 / wanted.reduce((sum, share) => sum + share, 0);
  let start = 0;
  const drawn = present.map(({ style, symbol }, index) => {
    const width = (wanted[index] as number) * scale;
    const middle = percent(start + width / 2);
    const box = `<rect class="${style}" x="${percent(start)}" width="${percent(width)}" height="100%"/>`;
    start += width;
    if (width < roomForSymbol) return box;
    return `${box}<text class="${style}" x="${middle}" y="50%" dy="0.35em" text-anchor="middle">${escapeMarkup(symbol)}</text>`;
  });
  return `<svg class="strip" role="img" aria-label="${escapeMarkup(description)}">${drawn.join('')}</svg>`;
}

function percent(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}
