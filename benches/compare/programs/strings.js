// Words are made, joined, split, counted and replaced: strings, maps and regular expressions.
const words = [];
for (let i = 0; i < 60000; i++) words.push('w' + ((i * 7919) % 5003).toString(36));
let length = 0;
for (let round = 0; round < 12; round++) {
  const text = words.join(' ');
  const counts = new Map();
  for (const word of text.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
  const upper = text.replace(/w([a-z0-9]+)/g, (all, rest) => rest.toUpperCase());
  let vowels = 0;
  for (let i = 0; i < upper.length; i++) if ('AEIOU'.includes(upper[i])) vowels++;
  length += counts.size + upper.length + vowels;
}
console.log(length);
