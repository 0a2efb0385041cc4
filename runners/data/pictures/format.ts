/** How files of pictures begin: text at an offset, its characters being bytes. */
const beginnings: readonly (readonly [format: string, offset: number, text: string])[] = [
  ['JPEG', 0, '\xff\xd8\xff'],
  ['PNG', 0, '\x89PNG\r\n\x1a\n'],
  ['WebP', 8, 'WEBP'],
  ['GIF', 0, 'GIF8'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
  ['HEIF or AVIF', 4, 'ftyp'],
  ['BMP', 0, 'BM'],
  ['JPEG 2000', 4, 'jP  '],
];

/**
 * The format of a picture's file by its first bytes, or null. libvips would also open SVG and more.
 */
export function formatOf(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return beginnings.find(([, offset, text]) => start.startsWith(text, offset))?.[0] ?? null;
}

/** Whether a file's name says that it is a picture of a format that is not read. */
export function isOtherPicture(name: string): boolean {
  return /\.(webp|gif|bmp|tiff?|heic|heif|avif|jp2|jfif|jpe|ppm|pgm|pnm)$/i.test(name);
}
