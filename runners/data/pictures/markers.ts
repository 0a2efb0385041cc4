/** The second bytes of a JPEG's markers (ITU-T T.81, table B.1). */
export const marker = {
  /** Frames, which say how the picture is coded. */
  baseline: 0xc0,
  extended: 0xc1,
  progressive: 0xc2,
  /** Huffman tables. */
  dht: 0xc4,
  /** The first and the last restart within coded pixels. */
  firstRestart: 0xd0,
  lastRestart: 0xd7,
  /** Start and end of the picture. */
  soi: 0xd8,
  eoi: 0xd9,
  /** A scan, which coded pixels follow. */
  sos: 0xda,
  /** Tables of quantisation. */
  dqt: 0xdb,
  /** MCUs between two restarts. */
  dri: 0xdd,
  /** The first and the last segment of applications: JFIF is in the first, EXIF in the next. */
  app0: 0xe0,
  app1: 0xe1,
  /** Adobe's. */
  app14: 0xee,
  app15: 0xef,
  comment: 0xfe,
} as const;

export const isRestart = (code: number) =>
  code >= marker.firstRestart && code <= marker.lastRestart;

/** Whether JFIF knows the unit of a picture's density: none, inch or centimetre. */
export const isDensityUnit = (unit: number) => unit <= 2;

/** A number of two bytes. */
export const word = (bytes: Uint8Array, at: number) =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
