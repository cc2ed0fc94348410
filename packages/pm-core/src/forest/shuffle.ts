import type { Random } from '../random.ts';

/** The numbers 0 … count − 1 in random order, each order as likely as any other (Fisher–Yates). */
export function shuffled(count: number, random: Random): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const other = Math.floor(random() * (i + 1));
    order[i] = order[other];
    order[other] = i;
  }
  return order;
}
