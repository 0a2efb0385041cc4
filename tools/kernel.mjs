// @ts-check
// `make kernel`: compiles runners/data/views/kernel/resample.as to WebAssembly and writes it into
// runners/data/views/kernel/resample.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { codeRoot as root } from '../common/installation.mjs';

const folder = `${root}/runners/data/views/kernel`;

/** The compiled kernel as the text of a module. */
export async function kernelModule() {
  const source = readFileSync(`${folder}/resample.as`, 'utf8');
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
    ' * WebAssembly of `resample.as`, which `make kernel` compiles. Not written by hand.',
    ' */',
    'export const kernelBinary = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (import.meta.main ?? process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(`${folder}/resample.ts`, await kernelModule());
}
