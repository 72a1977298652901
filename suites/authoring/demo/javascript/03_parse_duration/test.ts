const right: [string, number][] = [
  ["90s", 90],
  ["1h 30m", 5400],
  ["2d12h", 216_000],
  ["1d 1h 1m 1s", 90_061],
  [" 5m ", 300],
  ["0s", 0],
  ["007m", 420],
];

const wrong: string[] = ["", " ", "5", "h", "1.5h", "-1m", "1m 1m", "1s 1m", "1 h", "1h,5m", "1w", "1H"];

describe("parseDuration", () => {
  for (const [text, seconds] of right) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseDuration(text)).toBe(seconds));
  }
  for (const text of wrong) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(() => parseDuration(text)).toThrow(RangeError));
  }
});
