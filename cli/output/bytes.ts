const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `0 bytes`, `820 bytes`, `3.4 MiB`, `120 GiB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
