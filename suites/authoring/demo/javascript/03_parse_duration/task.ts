// difficulty: easy
/**
 * The seconds in a duration such as "1h 30m", "90s" or "2d12h": numbers with units (d, h, m, s), each at most once and from the
 * longest to the shortest; white space may stand between them. Throws a RangeError for anything else.
 */
function parseDuration(text: string): number {
  const parts = /^\s*(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?\s*$/.exec(text);
  const given: (string | undefined)[] = parts?.slice(1) ?? [];
  if (!given.some((part) => part !== undefined)) throw new RangeError(`not a duration: ${text}`);
  const seconds: readonly number[] = [86_400, 3_600, 60, 1];
  return given.reduce((sum, part, unit) => sum + Number(part ?? 0) * seconds[unit]!, 0);
}
