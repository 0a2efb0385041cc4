import { cosine, direction, quotient, roughLength, sine } from './integers.ts';

/**
 * A shape in its own coordinates (1024 = nominal radius). `level` from 0 to 1024 moves its
 * proportions. The result is positive inside, about the distance to the outline in the same unit,
 * and smooth enough to draw soft edges with.
 */
export type Shape = (u: number, v: number, level: number) => number;

/**
 * How far inside a circle of radius `radius` the squared distance `square` lies: (R^2 - r^2) / 2R.
 */
function insideCircle(square: number, radius: number): number {
  return quotient(radius * radius - square, 2 * radius);
}

const magnitude = (value: number) => (value < 0 ? -value : value);
const lesser = (a: number, b: number) => (a < b ? a : b);
const greater = (a: number, b: number) => (a > b ? a : b);

/** From a disc to a narrow ellipse. */
const ellipse: Shape = (u, v, level) => {
  const stretched = (v * (1024 + level + (level >> 2))) >> 10;
  return insideCircle(u * u + stretched * stretched, 1000);
};

/** From a square to a bar. */
const block: Shape = (u, v, level) => {
  const height = 800 - ((level * 540) >> 10);
  return lesser(880 - magnitude(u), height - magnitude(v));
};

/** An isosceles triangle, from broad to steep. */
const wedge: Shape = (u, v, level) => {
  const half = 1000 - ((level * 560) >> 10);
  const side = quotient((v + 900) * half, 1700);
  return lesser(800 - v, ((side - magnitude(u)) * 3) >> 2);
};

/** A five-pointed star, from blunt to spiky. */
const star: Shape = (u, v, level) => {
  const within = (direction(u, v) * 5) & 4095;
  const ramp = within < 2048 ? within : 4096 - within;
  const depth = 130 + ((level * 520) >> 10);
  return insideCircle(u * u + v * v, 1060 - ((depth * ramp) >> 11));
};

/** A flower; `level` adds petals: 3 to 7. */
const flower: Shape = (u, v, level) => {
  const petals = 3 + ((level * 5) >> 10 > 4 ? 4 : (level * 5) >> 10);
  const wave = cosine((direction(u, v) * petals) >> 4);
  return insideCircle(u * u + v * v, 800 + ((wave * 230) >> 14));
};

/** A cross, from thin arms to thick ones, one bar longer than the other. */
const cross: Shape = (u, v, level) => {
  const arm = 150 + ((level * 330) >> 10);
  const upright = lesser(arm - magnitude(u), 1020 - magnitude(v));
  const bar = lesser(arm - magnitude(v + 180), 780 - magnitude(u));
  return greater(upright, bar);
};

/** A ring, from a dot's hole to a thin band. */
const ring: Shape = (u, v, level) => {
  const square = u * u + v * v;
  const hole = 230 + ((level * 500) >> 10);
  return lesser(insideCircle(square, 980), -insideCircle(square, hole));
};

/** A crescent, from nearly full to a sickle. */
const crescent: Shape = (u, v, level) => {
  const shift = 1050 - ((level * 680) >> 10);
  const bite = (u - shift) * (u - shift) + v * v;
  return lesser(insideCircle(u * u + v * v, 1000), -insideCircle(bite, 820));
};

/** Two balls on a bar, from close to far apart. */
const dumbbell: Shape = (u, v, level) => {
  const apart = 330 + ((level * 330) >> 10);
  const ball = (magnitude(u) - apart) * (magnitude(u) - apart) + v * v;
  const bar = lesser(170 - magnitude(v), apart - magnitude(u));
  return greater(insideCircle(ball, 430), bar);
};

/** A disc with a mouth, from a slit to a half. */
const mouth: Shape = (u, v, level) => {
  const open = 14 + ((level * 40) >> 10);
  const edge = (magnitude(v) * cosine(open) - u * sine(open)) >> 14;
  return lesser(insideCircle(u * u + v * v, 960), edge);
};

/** All families. Their order is part of the data: pictures name them by position. */
export const shapes: readonly Shape[] = [
  ellipse,
  block,
  wedge,
  star,
  flower,
  cross,
  ring,
  crescent,
  dumbbell,
  mouth,
];

/**
 * How a surface mixes its two colours at a point: 0 to 256. `frequency` is in 1/256 cycles per
 * nominal radius, `phase` in 1/256 turns.
 */
export type Texture = (u: number, v: number, frequency: number, phase: number) => number;

/** A sine's value (Q14) as a mixing weight with steep flanks. */
function steep(wave: number): number {
  const weight = 128 + (wave >> 6);
  return weight < 0 ? 0 : weight > 256 ? 256 : weight;
}

const stripes: Texture = (u, _v, frequency, phase) => steep(sine(((u * frequency) >> 10) + phase));

const checks: Texture = (u, v, frequency, phase) =>
  steep((sine(((u * frequency) >> 10) + phase) * sine(((v * frequency) >> 10) + phase)) >> 13);

const dots: Texture = (u, v, frequency, phase) =>
  steep(cosine(((u * frequency) >> 10) + phase) + cosine(((v * frequency) >> 10) + phase) - 9000);

const circles: Texture = (u, v, frequency, phase) =>
  steep(sine(((roughLength(u, v) * frequency) >> 10) + phase));

const zigzag: Texture = (u, v, frequency, phase) => {
  const along = ((v * frequency) >> 10) & 255;
  const tooth = along < 128 ? along : 256 - along;
  return steep(sine(((u * frequency) >> 10) + tooth + phase));
};

/** All families, in the order by which pictures name them. */
export const textures: readonly Texture[] = [stripes, checks, dots, circles, zigzag];
