/*
 * What networks of classification give to methods, at the sizes of pictures that trainings have:
 * by it a plan refuses pairs that do not fit a method, without TensorFlow. `make operations` writes
 * it; a test compares some of it with forward passes.
 */
import '../runners/networks/all.ts';
import { createNetwork, networkNames } from '../runners/networks/registry.ts';
import { type NetworkShapes, networkShapes } from '../runners/networks/shapes.ts';

/** Sides of pictures that are looked at beside the one that a network is made for. */
const sides = [32, 64, 224];

/** The shapes of a network by the side of its pictures; sides that it cannot take are left out. */
export function shapesBySide(name: string): Readonly<Record<string, Omit<NetworkShapes, 'name'>>> {
  const [own] = createNetwork(name, { classes: 2 }).inputShape;
  const all = [...new Set([own, ...sides])].sort((one, other) => one - other);
  return Object.fromEntries(
    all.flatMap((side) => {
      const shapes = shapesAt(name, side);
      return shapes === null ? [] : [[side, shapes]];
    }),
  );
}

function shapesAt(name: string, side: number): Omit<NetworkShapes, 'name'> | null {
  try {
    const network = createNetwork(name, { classes: 2, inputShape: [side, side, 3] });
    const { name: _, ...shapes } = networkShapes(network);
    return shapes;
  } catch {
    // Transformers are made for one size of picture, and maps may be too small for a network.
    return null;
  }
}

/** Every network, a line each. */
export function allShapes(): string {
  const lines = networkNames().map((name) => {
    const dropsPaths = createNetwork(name, { classes: 2 }).dropPath !== undefined;
    return `  ${JSON.stringify(name)}: ${JSON.stringify({ dropsPaths, sides: shapesBySide(name) })}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
