import { type Shape, shapes } from './shapes.ts';

/**
 * A category of the generated scenes: one family of shapes, whatever its proportions, colour and
 * texture.
 */
export interface SceneClass {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * Positions in `shapes` of the families that are told apart; the others are distractors without a
 * box.
 */
const families: readonly (readonly [name: string, family: number])[] = [
  ['ellipse', 0],
  ['block', 1],
  ['star', 3],
  ['cross', 5],
  ['ring', 6],
  ['crescent', 7],
];

export const sceneClasses: readonly SceneClass[] = families.map(([name, family]) => ({
  name,
  shape: shapes[family] as Shape,
}));

/** Shapes that lie about in the background and belong to no category. */
export const distractors: readonly Shape[] = shapes.filter(
  (shape) => !sceneClasses.some((known) => known.shape === shape),
);
