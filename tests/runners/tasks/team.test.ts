import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeArguments, tensorflowEnvironment } from '../../../runners/engine/environment.ts';
import type { Program } from '../../../runners/engine/types.ts';
import { openTeam } from '../../../runners/tasks/parts/processes/team.ts';
import { assertEqual, bitsOf, trained } from './parts-training.ts';

const team = (size: number) => (program: Program) => openTeam(program, { size });

describe('a batch that processes share', () => {
  it('gives the bits of the same parts in one process', async () => {
    const [model, methods] = ['gfl-r18w16-fpn32', ['fgd', 'none']] as const;
    const alone = await trained(model, methods, { size: 2 });
    const shared = await trained(model, methods, { size: 2, team: team(2) });
    assert.deepEqual(bitsOf(shared), bitsOf(alone));
  });

  it('gives the same bits in every run, and those of the batch within rounding', async () => {
    const [model, methods] = ['retinanet-r18w16-fpn32', ['fgd']] as const;
    const parts = { size: 1, team: team(2) };
    const [first, second] = [
      await trained(model, methods, parts),
      await trained(model, methods, parts),
    ];
    assert.deepEqual(bitsOf(first), bitsOf(second));
    assertEqual(await trained(model, methods, null), first);
  });

  it('is an infrastructure failure where one of them ends', async () => {
    const lost = async (program: Program) => {
      const before = children();
      const opened = await openTeam(program, { size: 2 });
      for (const pid of children().filter((each) => !before.includes(each))) {
        process.kill(pid, 'SIGKILL');
      }
      return opened;
    };
    await assert.rejects(trained('retinanet-r18w16-fpn32', ['none'], { size: 2, team: lost }), {
      code: 'TEAM_LOST',
      message: /^Process 2 of 2 .* \(SIGKILL\)/,
    });
    assert.deepEqual(filesOf(process.pid), []);
  });

  it('leaves no file of a process that was killed while it opened the team', async () => {
    const opens = fileURLToPath(new URL('./fixtures/opens-team.ts', import.meta.url));
    const first = spawn(process.execPath, [...nodeArguments(), opens], {
      env: tensorflowEnvironment({ threads: 1, device: 'cpu' }),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = once(first, 'exit');
    const pid = first.pid as number;
    let others: readonly number[] = [];
    while (others.length < 2) {
      assert.equal(first.exitCode, null, 'it ended before it was killed');
      await setTimeout(5);
      others = children(pid);
    }
    first.kill('SIGKILL');
    assert.deepEqual(await ended, [null, 'SIGKILL']);
    assert.deepEqual(filesOf(pid), []);
  });
});

test('a team that cannot be opened is the failure of the step alone', async () => {
  const none = () => Promise.reject(new Error('no team'));
  const training = trained('retinanet-r18w16-fpn32', ['none'], { size: 2, team: none });
  await assert.rejects(training, { message: 'no team' });
});

/** Names of files in which processes of a team hand each other arrays. */
const filesOf = (pid: number) =>
  ['/dev/shm', tmpdir()].flatMap((folder) =>
    readdirSync(folder).filter((name) => name.startsWith(`redistill-team-${pid}-`)),
  );

/** Processes that a process has started, which Linux lists. */
function children(pid = process.pid): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.split(' ').filter(Boolean).map(Number);
}
