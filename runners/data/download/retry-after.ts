/**
 * The pause that a server asks for, in milliseconds: `Retry-After` is a number of seconds or a date
 * (RFC 9110, section 10.2.3). 0 where it does not ask, or asks for something that is neither.
 *
 * @param now milliseconds since 1970, for dates
 */
export function retryAfterMs({ headers }: Response, now: number): number {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
