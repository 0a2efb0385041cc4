import { shapes } from './shapes.ts';

/**
 * Levels of the three attributes by which the classes of one group differ, each 0 (low), 1 or 2
 * (high).
 */
interface Levels {
  readonly shape: number;
  readonly texture: number;
  readonly accent: number;
}

/** What the pictures of one fine class have in common. */
export interface FineClass extends Levels {
  readonly name: string;
  readonly group: number;
  /** Position in `shapes` and `textures`. */
  readonly family: number;
  readonly weave: number;
  /** Hue of the body, 0 to 1535, and how far round the circle the texture's second colour lies. */
  readonly hue: number;
  readonly contrast: number;
}

export const groupCount = 20;
export const classesPerGroup = 5;

const familyNames = [
  'ellipse',
  'block',
  'wedge',
  'star',
  'flower',
  'cross',
  'ring',
  'crescent',
  'dumbbell',
  'mouth',
];
const weaveNames = ['striped', 'checked', 'dotted', 'ringed', 'zigzag'];

/**
 * The five classes of a group form a chain: neighbours differ in one or two attributes by one
 * level, the ends in all. So a class has near and far relatives in its group, which is what a
 * teacher's soft labels can tell.
 */
const chain: readonly Levels[] = [
  { shape: 0, texture: 0, accent: 0 },
  { shape: 1, texture: 0, accent: 1 },
  { shape: 1, texture: 1, accent: 0 },
  { shape: 2, texture: 1, accent: 1 },
  { shape: 2, texture: 2, accent: 2 },
];

/**
 * All 100 classes, group by group. A shape family is shared by two groups, a texture family by four
 * and a hue by about three, so that groups resemble each other as well.
 */
export const fineClasses: readonly FineClass[] = Array.from({ length: groupCount }, (_, group) => {
  const family = group % shapes.length;
  const weave = (group * 2 + (group >= shapes.length ? 1 : 0)) % weaveNames.length;
  return chain.map(
    (levels, position): FineClass => ({
      ...levels,
      name: `${weaveNames[weave]} ${familyNames[family]} ${position + 1}`,
      group,
      family,
      weave,
      hue: ((group * 3) % 7) * 219,
      contrast: 300 + ((group * 5) % 4) * 150,
    }),
  );
}).flat();

/** Names by class index; the class index divided by five is the group. */
export const classNames: readonly string[] = fineClasses.map((fine) => fine.name);
