import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it, test } from 'node:test';
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
    assert.deepEqual(
      readdirSync('/dev/shm').filter((name) => name.startsWith(`redistill-team-${process.pid}-`)),
      [],
    );
  });
});

test('a team that cannot be opened is the failure of the step alone', async () => {
  const none = () => Promise.reject(new Error('no team'));
  const training = trained('retinanet-r18w16-fpn32', ['none'], { size: 2, team: none });
  await assert.rejects(training, { message: 'no team' });
});

/** Processes that this one has started, which Linux lists. */
function children(): readonly number[] {
  const list = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return list.split(' ').filter(Boolean).map(Number);
}
