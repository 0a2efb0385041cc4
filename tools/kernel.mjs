// @ts-check
// `make kernel`: compiles the kernels of runners/data, `<name>.as`, to WebAssembly and writes each
// into `<name>.ts` beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import asc from 'assemblyscript/asc';
import { codeRoot as root } from '../common/installation.mjs';

/** The sources, without their ending. */
export const kernels = [
  `${root}/runners/data/views/kernel/resample`,
  `${root}/runners/data/pictures/kernel/jpeg`,
  `${root}/runners/data/dense/kernel/bilinear`,
];

/**
 * A compiled kernel as the text of a module.
 *
 * @param {string} kernel - its source, without the ending
 */
export async function kernelModule(kernel) {
  const source = readFileSync(`${kernel}.as`, 'utf8');
  const { binary, stderr } = await asc.compileString(source, {
    optimizeLevel: 3,
    shrinkLevel: 0,
    noAssert: true,
    runtime: 'stub',
    enable: ['simd'],
  });
  if (binary === null) throw new Error(stderr.toString());
  const text = Buffer.from(binary).toString('base64');
  const lines = text.match(/.{1,90}/g) ?? [];
  return [
    '/**',
    ` * WebAssembly of \`${basename(kernel)}.as\`, which \`make kernel\` compiles. Not written by hand.`,
    ' */',
    'export const kernelBinary = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (import.meta.main ?? process.argv[1] === new URL(import.meta.url).pathname) {
  for (const kernel of kernels) writeFileSync(`${kernel}.ts`, await kernelModule(kernel));
}
