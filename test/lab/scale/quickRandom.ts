import { type Random, seededRandom } from '../../../local/graph/random.ts';

/** The same kind of numbers, with ids that take four of them rather than one for each digit. */
export function quickRandom(seed: number): Random {
  const random = seededRandom(seed);
  const part = () => {
    const value = random.next() * 0x1_0000_0000;
    return (hex[value >>> 16] ?? '') + (hex[value & 0xffff] ?? '');
  };
  return {
    ...random,
    guid() {
      const [second, third] = [part(), part()];
      const rest = `${second.slice(0, 4)}-4${second.slice(5)}-8${third.slice(1, 4)}-${third.slice(4)}`;
      return `${part()}-${rest}${part()}`;
    },
  };
}

/** All texts of four hexadecimal digits. */
const hex = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, '0'));
