import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  bringTensorflow,
  lockFile,
  requirementsOf,
  sizes,
  spaceNeeded,
  tensorflowFolder,
  tensorflowIsCurrent,
  unpackedSoFar,
} from '../../tools/setup/tensorflow.mjs';
import { wheelOf } from './zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'redistill-resumed-'));
const path = process.env['PATH'];
after(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

/** Stands for pip: hands out a wheel per requirement, and loses the network where it is told to. */
const python = `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in --requirement) list="$2";; --dest) dest="$2";; esac
  shift
done
name=$(sed 's/==.*//' "$list")
echo "$name" >> ${folder}/calls
if [ "$name" = "$(cat ${folder}/broken)" ]; then echo 'Connection refused' >&2; exit 1; fi
if [ "$name" = "$(cat ${folder}/half)" ]; then
  : > ${folder}/half
  echo 'THESE PACKAGES DO NOT MATCH THE HASHES' >&2; exit 1
fi
cp ${folder}/wheels/"$name" "$dest"/"$name".whl
`;

describe('the download of TensorFlow with CUDA', () => {
  const lock = readFileSync(lockFile('cuda'), 'utf8');
  const names = requirementsOf(lock).map(({ name }) => name);
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

  test('has a wheel for each line of the lock file, with its hash', () => {
    assert.ok(names.includes('tensorflow') && names.includes('nvidia-cudnn-cu12'));
    assert.equal(new Set(names).size, (lock.match(/--hash=/g) ?? []).length);
    for (const { requirement } of requirementsOf(lock)) assert.match(requirement, /--hash=sha256:/);
  });

  test('says how much it takes, and asks for room for what is unpacked and one wheel', () => {
    for (const flavour of ['cpu', 'cuda'] as const) {
      assert.ok(spaceNeeded[flavour] > sizes[flavour].unpacked + 0.7);
    }
  });

  test('goes on after the last whole wheel, and brings nothing twice', async () => {
    const wheels = join(folder, 'wheels');
    const bin = join(folder, 'bin');
    for (const each of [wheels, bin]) mkdirSync(each);
    for (const name of names) {
      const files =
        name === 'tensorflow'
          ? { 'tensorflow/libtensorflow_cc.so.2': 'library' }
          : { [`nvidia/${name}/lib/lib${name}.so.1`]: name, [`nvidia/${name}/lib/static.a`]: 'no' };
      writeFileSync(join(wheels, name), wheelOf(files));
    }
    writeFileSync(join(bin, 'python3'), python, { mode: 0o755 });
    process.env['PATH'] = `${bin}:${path}`;
    const cache = join(folder, 'cache');
    const said: string[] = [];
    const bring = () => bringTensorflow(cache, 'cuda', (line) => void said.push(line), undefined);
    const broken = 'nvidia-cudnn-cu12';
    writeFileSync(join(folder, 'broken'), broken);
    writeFileSync(join(folder, 'half'), '');
    await assert.rejects(bring(), /could not reach its index/);
    const target = tensorflowFolder(cache, 'cuda', lock);
    assert.ok(!existsSync(target), 'half a library is not taken for a whole one');
    const first = calls();
    assert.deepEqual(first, names.slice(0, names.indexOf(broken) + 1));

    const before = unpackedSoFar(cache, 'cuda');
    assert.deepEqual([before.wheels, before.of], [names.indexOf(broken), names.length]);
    const bytes = [...names.slice(1, before.wheels).join(''), ...'library'].length;
    assert.equal(Math.round(before.gigabytes * 1e9), bytes);

    writeFileSync(join(folder, 'broken'), '');
    // What was damaged meanwhile is brought again.
    const damaged = names[1] as string;
    writeFileSync(join(`${target}.part`, `nvidia/${damaged}/lib/lib${damaged}.so.1`), '');
    assert.equal(unpackedSoFar(cache, 'cuda').wheels, before.wheels - 1);
    await bring();
    assert.deepEqual(calls().slice(first.length), [damaged, ...names.slice(names.indexOf(broken))]);
    assert.ok(tensorflowIsCurrent(target));
    assert.deepEqual(readdirSync(join(cache, 'tensorflow')).length, 1);
    assert.deepEqual(readdirSync(join(target, 'nvidia', damaged, 'lib')), [`lib${damaged}.so.1`]);
    assert.ok(said.some((line) => line.includes(`of ${names.length}: ${broken}`)));
    assert.ok(!said.some((line) => /once more/.test(line)));
  });

  test('asks once more for a wheel that was cut short', async () => {
    const cache = join(folder, 'other-cache');
    const [first, second] = names as [string, string];
    writeFileSync(join(folder, 'half'), second);
    const said: string[] = [];
    const before = calls().length;
    await bringTensorflow(cache, 'cuda', (line) => void said.push(line));
    const again = said.filter((line) => /once more/.test(line));
    assert.deepEqual(
      [again.length, calls().slice(before, before + 3)],
      [1, [first, second, second]],
    );
  });
});
