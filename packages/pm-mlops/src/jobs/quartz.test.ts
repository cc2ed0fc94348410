import { describe, expect, it } from 'vitest';
import { quartzFault } from './quartz.ts';

describe('quartzFault', () => {
  it.each([
    '0 0 3 * * ?',
    '0 0 6,18 * * ?',
    '0 0/15 8-17 ? * MON-FRI',
    '0 0 12 1/5 * ?',
    '0 0 12 L * ?',
    '0 0 12 L-3 * ?',
    '0 0 12 LW * ?',
    '0 0 12 15W * ?',
    '0 15 10 ? * 6L',
    '0 15 10 ? * fri#3 2026-2028',
    '*/10 * * ? JAN,jul SUN 2030',
  ])('takes %s', (expression) => {
    expect(quartzFault(expression)).toBeUndefined();
  });

  it.each([
    ['0 3 * * *', /5 fields/],
    ['0 0 0 3 * * ? 2026', /8 fields/],
    ['', /fields/],
    ['60 0 3 * * ?', /'60' is no seconds \(0–59\)/],
    ['0 0 24 * * ?', /'24' is no hours/],
    ['0 0 3 32 * ?', /'32' is no day of month/],
    ['0 0 3 ? * 0', /'0' is no day of week \(1–7 or SUN–SAT\)/],
    ['0 0 3 ? * 8L', /'8L'/],
    ['0 0 3 * FOO ?', /'FOO' is no month/],
    ['0 0 3 * * ? 1969', /'1969' is no year/],
    ['0 0/0 3 * * ?', /'0\/0'/],
    ['0 0/5/2 3 * * ?', /minutes/],
    ['0 1-2-3 3 * * ?', /minutes/],
    ['0 5, 3 * * ?', /'' is no minutes/],
    ['? 0 3 * * ?', /'\?' is no seconds/],
    ['0 0 3 * * *', /exactly one/],
    ['0 0 3 ? * ?', /exactly one/],
  ])('refuses %s', (expression, reason) => {
    expect(quartzFault(expression)).toMatch(reason);
  });
});
