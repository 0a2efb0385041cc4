// @ts-check

/**
 * What `npm pack` notes in the package that it makes, in the place of this file.
 *
 * @typedef {object} Packed
 * @property {string | null} commit that was packed, 40 hexadecimal digits; null where no git knew
 * @property {boolean} dirty whether files differed from the commit
 */

/** Undefined in a checkout. */
export const packed = /** @type {Packed | undefined} */ (undefined);
