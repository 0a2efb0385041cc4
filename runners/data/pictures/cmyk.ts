import type { Decoded } from './libvips.ts';

/**
 * Four bytes of ink a pixel as RGB, equal to Pillow's `convert('RGB')`: no colour management, each
 * channel the light that its ink and the black let through.
 *
 * Official code: python-pillow/Pillow@12.2.0:src/libImaging/Convert.c (cmyk2rgb).
 */
export function fromCmyk({ pixels: inks, height, width }: Decoded) {
  const pixels = new Uint8Array(height * width * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const light = 255 - (inks[from + 3] as number);
    for (let channel = 0; channel < 3; channel += 1) {
      // A product of two bytes by 255, rounded.
      const product = (inks[from + channel] as number) * light + 128;
      pixels[to + channel] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return { width, height, pixels };
}
