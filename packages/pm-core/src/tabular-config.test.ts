import { describe, expect, it } from 'vitest';
import { classesOf, parseConfig, TabularConfig, targetRule } from './config.ts';

const tabular = (changes: object = {}) => ({
  name: 'x',
  kind: 'tabular',
  files: [{ name: 'a.csv' }],
  features: ['a', 'b'],
  target: 'y >= 7',
  ...changes,
});

describe('the workflow file of plain tables', () => {
  it.each([
    ['y>=7', 'y >= 7', { column: 'y', operator: '>=', value: 7 }],
    [' wear_mm <  -0.5 ', 'wear_mm < -0.5', { column: 'wear_mm', operator: '<', value: -0.5 }],
    ['y = 1', 'y = 1', { column: 'y', operator: '=', value: 1 }],
  ])('reads the rule %j, however it is spaced', (target, written, rule) => {
    const config = TabularConfig.parse(tabular({ target }));
    expect(config.target).toBe(written);
    expect(targetRule(config)).toEqual(rule);
  });

  it.each([
    [{ target: 'y != 7' }, 'target'],
    [{ target: 'y >= seven' }, 'target'],
    [{ features: ['y'] }, 'y is the target'],
    [{ split: { train: 0.8, validation: 0.2 } }, 'must leave rows to test on'],
    [{ predictionWindowHours: 24 }, 'predictionWindowHours'],
    [{ kind: 'table' }, 'must be fleet or tabular'],
  ])('refuses %j', (changes, message) => {
    expect(() => parseConfig(tabular(changes), 'x.yaml')).toThrow(message);
  });

  it('tells two classes apart; a file that names no kind is a fleet of five', () => {
    const split = { trainUntil: '2015-01-01T00:00:00', testFrom: '2015-02-01T00:00:00' };
    expect(classesOf(parseConfig(tabular(), 'x.yaml'))).toEqual(['0', '1']);
    expect(classesOf(parseConfig({ name: 'x', split }, 'x.yaml'))).toHaveLength(5);
  });
});
