import { describe, expect, it } from 'vitest';
import { duration, figure, percent } from './figures.ts';

describe('figures for people', () => {
  it.each([
    [0, '0 %'],
    [0.00001, '<0.1 %'],
    [0.004, '0.4 %'],
    [0.1234, '12 %'],
    [0.9962, '99.6 %'],
    [0.99999, '99.9 %'],
    [1, '100 %'],
    [null, '–'],
  ])('say %s as %s: only all is 100 %, only none 0 %', (share, text) => {
    expect(percent(share).replaceAll('\u202f', ' ').replace('< ', '<')).toBe(text);
  });

  it('name whole days from two on, else hours, and a dash for what does not exist', () => {
    expect([168, 48, 36, 24].map((hours) => duration(hours).replace('\u00a0', ' '))).toEqual([
      '7 days',
      '2 days',
      '36 hours',
      '24 hours',
    ]);
    expect([figure(0.12345), figure(null)]).toEqual(['0.123', '–']);
  });
});
