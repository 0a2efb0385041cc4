import { DataError } from '../../common/errors.ts';
import { lockedPackages } from '../../runners/training/fingerprint/packages.ts';

/** The fields of a package.json that a package takes over, or changes. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly private?: boolean;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly files?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** What npm-shrinkwrap.json says: a lock file that npm obeys in a package, too. */
export interface ShrinkWrap {
  readonly name: string;
  readonly version: string;
  readonly lockfileVersion: 3;
  readonly requires: true;
  readonly packages: Readonly<Record<string, object>>;
}

/**
 * The package that brings the native binding, and an install script that downloads another
 * libtensorflow. A package carries its files and not its script; see tools/package/vendored.ts.
 */
export const vendored = '@tensorflow/tfjs-node-gpu';
/** Dependencies that only its install script has. */
const ofScript: ReadonlySet<string> = new Set(['adm-zip', 'https-proxy-agent', 'rimraf', 'tar']);

/** The folder of compiled code in a package. */
export const codeFolder = 'dist';

/**
 * The manifest of the package that is made from a checkout: exports and commands are compiled files
 * with their types, and the dependencies those of the vendored package, too.
 *
 * @param lock package-lock.json, which pins what the vendored package needs
 */
export function packageManifest(own: Manifest, lock: Lock): Manifest {
  const { [vendored]: _, ...kept } = own.dependencies;
  const dependencies: Record<string, string> = kept;
  const needs = lock.packages[`node_modules/${vendored}`]?.dependencies ?? {};
  for (const name of Object.keys(needs).filter((each) => !ofScript.has(each))) {
    const version = lock.packages[`node_modules/${name}`]?.version;
    if (version === undefined) throw unpinned(name);
    dependencies[name] = version;
  }
  const { name, version, description, license, type, private: closed, engines } = own;
  return {
    name,
    version,
    ...(description !== undefined && { description }),
    ...(license !== undefined && { license }),
    ...(type !== undefined && { type }),
    ...(closed !== undefined && { private: closed }),
    bin: Object.fromEntries(Object.entries(own.bin).map(([key, path]) => [key, compiled(path)])),
    exports: Object.fromEntries(
      Object.entries(own.exports).map(([key, target]) => [key, entryPoint(key, target)]),
    ),
    files: own.files ?? [],
    ...(engines !== undefined && { engines }),
    dependencies: Object.fromEntries(
      Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}

/** `./app/index.ts` as its declarations and its code; any other file as itself. */
function entryPoint(key: string, target: unknown): unknown {
  if (typeof target !== 'string') {
    throw new DataError('PACKAGE_EXPORT', `package.json exports ${key} as no single file.`, {
      hint: 'Name the source, such as ./app/index.ts; packing adds types and the compiled file.',
    });
  }
  if (!target.endsWith('.ts')) return target;
  return {
    types: compiled(target).replace(/\.ts$/, '.d.ts'),
    default: compiled(target).replace(/\.ts$/, '.js'),
  };
}

const compiled = (path: string) => path.replace(/^(\.\/)?/, `./${codeFolder}/`);

/**
 * The versions that a checkout is tested with, for whoever installs the package: exactly what
 * package-lock.json has of the package's dependencies and of what these need. So the numerics of a
 * package are those of its checkout.
 */
export function shrinkWrap(manifest: Manifest, lock: Lock): ShrinkWrap {
  const names = new Map(Object.keys(manifest.dependencies).map((name) => [name, 'package.json']));
  const folders = Object.keys(lockedPackages(JSON.stringify(lock), names));
  const { name, version, license, bin, engines, dependencies } = manifest;
  return {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name, version, license, dependencies, bin, engines },
      ...Object.fromEntries(
        folders.map((folder) => {
          const { dev: _, ...entry } = lock.packages[folder] as LockEntry;
          return [folder, entry];
        }),
      ),
    },
  };
}

function unpinned(name: string): DataError {
  return new DataError(
    'PACKAGE_LOCK',
    `package-lock.json pins no ${name} at the top of node_modules, which ${vendored} needs.`,
    { hint: 'Restore package-lock.json, or run: npm install --ignore-scripts.' },
  );
}
