// What solutions are made of: closures, destructuring, higher functions, classes, sets and JSON.
class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }

  plus({ x, y }) {
    return new Point(this.x + x, this.y + y);
  }
}

function primes(limit) {
  const sieve = new Array(limit + 1).fill(true);
  for (let i = 2; i * i <= limit; i++) if (sieve[i]) for (let j = i * i; j <= limit; j += i) sieve[j] = false;
  return sieve.reduce((found, isPrime, n) => (isPrime && n > 1 ? [...found.slice(-9), n] : found), []);
}

let checksum = 0;
for (let round = 0; round < 200; round++) {
  const points = Array.from({ length: 3000 }, (_, i) => new Point(i % 97, (i * i) % 89));
  const sum = points.reduce((a, b) => a.plus(b), new Point(0, 0));
  const groups = {};
  for (const { x, y } of points) (groups[x] ??= []).push(y);
  const unique = new Set(points.map(({ x, y }) => `${x},${y}`));
  const copy = JSON.parse(JSON.stringify(groups));
  const best = Object.entries(copy).map(([x, ys]) => [Number(x), Math.max(...ys)]).sort(([, a], [, b]) => b - a)[0];
  checksum += sum.x + sum.y + unique.size + best[1] + primes(3000).at(-1);
}
console.log(checksum);
