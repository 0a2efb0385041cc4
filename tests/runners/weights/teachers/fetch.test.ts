import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadTeacherReleases } from '../../../../reference/teachers/loader.ts';
import {
  type FetchableRelease,
  fetchTeachers,
  presentTeachers,
} from '../../../../runners/weights/teachers/fetch.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { tarOf } from '../../data/pictures.ts';

/** A loopback server of files by path; counts the GET requests. */
async function serve(t: TestContext, files: Record<string, Buffer>) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const content = files[request.url ?? ''];
    if (request.method === 'GET') requests.push(request.url ?? '');
    if (content === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': content.length });
    response.end(request.method === 'HEAD' ? undefined : content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { at: (path: string) => `http://127.0.0.1:${port}${path}`, requests };
}

const weights = (name: string) => Buffer.from(`the weights of ${name}`);
const members = [
  { path: 'resnet56_vanilla/ckpt_epoch_240.pth', model: 'resnet56' },
  { path: 'vgg13_vanilla/ckpt_epoch_240.pth', model: 'vgg13' },
];
const archived = (url: string | null): FetchableRelease => ({
  id: 'release',
  page: 'https://example.org/teachers',
  files: [{ file: 'teachers.tar', url, sha256Prefix: null, members, teacher: null }],
});
const single = (url: string | null, file = 'net.pth', prefix: string | null = null) => ({
  id: 'release',
  page: 'https://example.org/teachers',
  files: [{ file, url, sha256Prefix: prefix, members: null, teacher: { model: 'resnet34' } }],
});
const options = (t: TestContext) => ({
  environment: { REDISTILL_CACHE: join(temporaryFolder(t), 'cache') },
  retries: 0,
});

test('an archive is fetched once, its teachers unpacked under our names, and what it was is recorded', async (t) => {
  const tar = await tarOf([
    ['cifar_teachers/resnet56_vanilla/ckpt_epoch_240.pth', weights('resnet56')],
    ['cifar_teachers/readme.txt', Buffer.from('no teacher')],
    ['cifar_teachers/vgg13_vanilla/ckpt_epoch_240.pth', weights('vgg13')],
  ]);
  const { at, requests } = await serve(t, { '/teachers.tar': tar });
  const given = options(t);
  const release = archived(at('/teachers.tar'));
  assert.deepEqual(presentTeachers(release, given), []);
  const files = await fetchTeachers(release, given);
  assert.deepEqual(
    files.map(({ model, path }) => [model, readFileSync(path, 'utf8')]),
    [
      ['resnet56', 'the weights of resnet56'],
      ['vgg13', 'the weights of vgg13'],
    ],
  );
  const folder = join(given.environment.REDISTILL_CACHE, 'teachers', 'release');
  assert.deepEqual(readdirSync(folder).sort(), [
    'resnet56.pth',
    'teachers.tar',
    'teachers.tar.seen.json',
    'vgg13.pth',
  ]);
  const seen = JSON.parse(readFileSync(join(folder, 'teachers.tar.seen.json'), 'utf8'));
  assert.equal(seen.sha256, createHash('sha256').update(tar).digest('hex'));
  await fetchTeachers(release, given);
  assert.equal(requests.length, 1);
});

test('another file than the first time is refused and removed', async (t) => {
  const content = { '/net.pth': weights('first') };
  const { at } = await serve(t, content);
  const given = options(t);
  const [file] = await fetchTeachers(single(at('/net.pth')), given);
  content['/net.pth'] = weights('other');
  writeFileSync(file?.path as string, weights('other'));
  await assert.rejects(fetchTeachers(single(at('/net.pth')), given), { code: 'RELEASE_CHANGED' });
  assert.equal(existsSync(file?.path as string), false);
  // And so is what a server sends that was replaced since.
  await assert.rejects(fetchTeachers(single(at('/net.pth')), given), { code: 'RELEASE_CHANGED' });
});

test('a name that ends in the start of a SHA-256 must say the truth', async (t) => {
  const { at } = await serve(t, { '/net.pth': weights('net') });
  const given = options(t);
  const right = createHash('sha256').update(weights('net')).digest('hex').slice(0, 8);
  const wrong = single(at('/net.pth'), 'net-00000000.pth', '00000000');
  await assert.rejects(fetchTeachers(wrong, given), { code: 'DATA_CHECKSUM', message: /begins/ });
  assert.deepEqual(presentTeachers(wrong, given), []);
  assert.equal((await fetchTeachers(single(at('/net.pth'), 'net.pth', right), given)).length, 1);
});

test('an archive with a path that climbs out, or without a teacher, writes nothing', async (t) => {
  const evil = await tarOf([
    ['../../resnet56_vanilla/ckpt_epoch_240.pth', weights('evil')],
    ['vgg13_vanilla/ckpt_epoch_240.pth', weights('vgg13')],
  ]);
  const half = await tarOf([['vgg13_vanilla/ckpt_epoch_240.pth', weights('vgg13')]]);
  const { at } = await serve(t, { '/evil.tar': evil, '/half.tar': half });
  for (const [path, code] of [
    ['/evil.tar', 'DATA_ARCHIVE'],
    ['/half.tar', 'TEACHER_MEMBER'],
  ] as const) {
    const given = options(t);
    await assert.rejects(fetchTeachers(archived(at(path)), given), { code });
    assert.deepEqual(presentTeachers(archived(at(path)), given), []);
  }
});

test('what only a person can fetch is taken from the data folder', async (t) => {
  const given = options(t);
  await assert.rejects(fetchTeachers(single(null), given), {
    code: 'RELEASE_BY_HAND',
    hint: /https:\/\/example\.org\/teachers/,
  });
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'net.pth'), weights('net'));
  const [file] = await fetchTeachers(single(null), { ...given, folder });
  assert.equal(readFileSync(file?.path as string, 'utf8'), 'the weights of net');
});

test('a server that refuses is an infrastructure failure', async (t) => {
  const { at } = await serve(t, {});
  await assert.rejects(fetchTeachers(single(at('/nowhere.pth')), options(t)), {
    code: 'FETCH',
    message: /404/,
  });
});

test('every release has its published accuracies, names that tell its files apart, and a way to get them', () => {
  const releases = loadTeacherReleases();
  for (const { id, files, page } of releases) {
    const names = files.map(({ file }) => file);
    assert.equal(new Set(names).size, names.length, id);
    for (const { url, members, teacher } of files) {
      assert.ok(url !== null || page !== null, id);
      assert.equal((members === null) !== (teacher === null), true, id);
    }
  }
  const cifar = releases.find(({ id }) => id === 'mdistiller-cifar100');
  assert.deepEqual(
    cifar?.files[0]?.members?.map(({ model, score }) => [model, score?.value]),
    [
      ['resnet56', 72.34],
      ['resnet110', 74.31],
      ['resnet32x4', 79.42],
      ['resnet50', 79.34],
      ['wrn_40_2', 75.61],
      ['vgg13', 74.64],
    ],
  );
  const torchvision = releases.find(({ id }) => id === 'torchvision-imagenet');
  assert.equal(torchvision?.files[0]?.sha256Prefix, '333f7ec4');
});

test('a damaged record of what was seen first is named, and nothing is taken for that file', async (t) => {
  const { at } = await serve(t, { '/net.pth': weights('net') });
  const given = options(t);
  const folder = join(given.environment.REDISTILL_CACHE, 'teachers', 'release');
  await fetchTeachers(single(at('/net.pth')), given);
  for (const damaged of ['', '{', 'null', '{"schemaVersion":1,"bytes":"12","sha256":"x"}']) {
    writeFileSync(join(folder, 'net.pth.seen.json'), damaged);
    await assert.rejects(fetchTeachers(single(at('/net.pth')), given), {
      code: 'RELEASE_PIN',
      message: /net\.pth\.seen\.json is damaged/,
    });
  }
});
