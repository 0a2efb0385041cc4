import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, hostname, tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/**
 * A Slurm cluster of one node on the loopback, with daemons, ports, sockets and state of its own.
 */
export interface Cluster {
  /** Makes Slurm's programs speak to this cluster. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one of Slurm's programs and gives what it printed. */
  call(program: string, ...args: string[]): Promise<string>;
  stopController(): Promise<void>;
  startController(): Promise<void>;
  stop(): Promise<void>;
}

const daemons = ['munged', 'slurmctld', 'slurmd'];

/** Daemons lie in folders that are not everybody's. */
const path = [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].join(delimiter);

/** What is missing for a cluster of our own; false where nothing is. */
export function missingSlurm(): string | false {
  const missing = [...daemons, 'sbatch'].filter(
    (name) => !path.split(delimiter).some((folder) => existsSync(join(folder, name))),
  );
  return missing.length === 0
    ? false
    : `Slurm is not here (no ${missing.join(', ')}): apt-get install slurm-wlm munge`;
}

/**
 * @param options.gpus how many its node has, 4 at most: any devices, which Slurm gives out alike
 * @throws Error with the daemons' logs where they do not come up
 */
export async function startCluster({ gpus = 0 } = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-slurm-'));
  // munge lets in whoever can reach its socket.
  chmodSync(folder, 0o711);
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'munge.key'), randomBytes(1024), { mode: 0o400 });
  const [controllerPort, nodePort] = [await freePort(), await freePort()];
  const configuration = join(folder, 'slurm.conf');
  writeFileSync(configuration, slurmConf(folder, controllerPort, nodePort, gpus));
  // Nothing here needs control groups, which a container or an ordinary user may not have; older
  // versions then use none.
  if (await knowsDisabledCgroups()) {
    writeFileSync(join(folder, 'cgroup.conf'), 'CgroupPlugin=disabled\n');
  }
  if (gpus > 0) writeFileSync(join(folder, 'gres.conf'), gresConf(gpus));
  const environment = { SLURM_CONF: configuration, PATH: path };
  const start = (name: string, ...args: string[]) => {
    const log = { file: join(folder, `${name}.log`) };
    return execa(name, args, {
      env: environment,
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      reject: false,
    });
  };
  const munged = start(
    'munged',
    ...['--foreground', '--force', `--socket=${join(folder, 'munge.sock')}`],
    ...[`--key-file=${join(folder, 'munge.key')}`, `--pid-file=${join(folder, 'munge.pid')}`],
    ...[`--log-file=${join(folder, 'munge.log')}`, `--seed-file=${join(folder, 'munge.seed')}`],
  );
  const startController = () => start('slurmctld', '-D');
  let controller = startController();
  const node = start('slurmd', '-D', '-N', 'node1');
  const call = async (program: string, ...args: string[]) => {
    const { stdout } = await execa(program, args, { env: environment });
    return stdout;
  };
  const ready = async () => {
    for (let tries = 0; tries < 100; tries += 1) {
      const state = await call('sinfo', '--noheader', '--format=%T').catch(() => '');
      if (/^(idle|mixed|allocated)/.test(state)) return;
      await sleep(300);
    }
    const logs = daemons.map((name) => {
      const file = join(folder, `${name}.log`);
      return `${name}: ${existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : 'no log'}`;
    });
    throw new Error(`Slurm did not come up.\n${logs.join('\n')}`);
  };
  const end = async (daemon: ReturnType<typeof start>) => {
    daemon.kill('SIGTERM');
    await daemon;
  };
  const cluster: Cluster = {
    environment,
    call,
    stopController: () => end(controller),
    async startController() {
      controller = startController();
      await ready();
    },
    async stop() {
      await call('scancel', `--user=${userInfo().username}`, '--full').catch(() => '');
      for (const daemon of [node, controller, munged]) await end(daemon);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await ready();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

/** Devices that every Linux has: a node's GPUs must be device files, which Slurm never opens. */
const devices = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random'];

function gresConf(gpus: number): string {
  const files = devices.slice(0, gpus);
  return files.map((file) => `NodeName=node1 Name=gpu File=${file}\n`).join('');
}

function slurmConf(folder: string, controllerPort: number, nodePort: number, gpus: number): string {
  const user = userInfo().username;
  return [
    'ClusterName=redistill',
    `SlurmctldHost=${hostname()}(127.0.0.1)`,
    `SlurmctldPort=${controllerPort}`,
    `SlurmdPort=${nodePort}`,
    'AuthType=auth/munge',
    `AuthInfo=socket=${join(folder, 'munge.sock')}`,
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    `StateSaveLocation=${join(folder, 'state')}`,
    `SlurmdSpoolDir=${join(folder, 'spool')}`,
    `SlurmctldPidFile=${join(folder, 'slurmctld.pid')}`,
    `SlurmdPidFile=${join(folder, 'slurmd.pid')}`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'JobAcctGatherType=jobacct_gather/none',
    'AccountingStorageType=accounting_storage/none',
    'MpiDefault=none',
    'SwitchType=switch/none',
    'ReturnToService=2',
    'KillWait=20',
    'SchedulerParameters=sched_interval=1,sched_min_interval=0,bf_interval=1',
    'SlurmdParameters=config_overrides',
    ...(gpus > 0 ? ['GresTypes=gpu'] : []),
    `NodeName=node1 NodeHostname=${hostname()} NodeAddr=127.0.0.1 CPUs=${Math.max(2, 2 * gpus, availableParallelism())} RealMemory=4000${gpus > 0 ? ` Gres=gpu:${gpus}` : ''} State=UNKNOWN`,
    'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
    '',
  ].join('\n');
}

async function knowsDisabledCgroups(): Promise<boolean> {
  const { stdout } = await execa('slurmd', ['-V'], { env: { PATH: path }, reject: false });
  const [, year = '0', month = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  return Number(year) * 100 + Number(month) >= 2311;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
