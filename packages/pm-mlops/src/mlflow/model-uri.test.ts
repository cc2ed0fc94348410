import { expect, test } from 'vitest';
import { parseModelUri } from './model-uri.ts';

test.each([
  ['models:/pm/3', { modelName: 'pm', version: '3' }],
  ['models:/pm/007', { modelName: 'pm', version: '007' }],
  ['models:/pm/Production', { modelName: 'pm', stage: 'Production' }],
  ['models:/pm/STAGING', { modelName: 'pm', stage: 'Staging' }],
  ['models:/pm/none', { modelName: 'pm', stage: 'None' }],
  ['models:/pm/latest', { modelName: 'pm', latest: true }],
  ['models:/pm@champion', { modelName: 'pm', alias: 'champion' }],
  ['models:/wine quality@best-one', { modelName: 'wine quality', alias: 'best-one' }],
])('%s is read', (uri, reference) => {
  expect(parseModelUri(uri)).toEqual(reference);
});

test.each([
  '',
  'models:/pm',
  'models:/pm/',
  'models:/pm/Bogus',
  'models:/pm@',
  'models:pm/1',
  'models://pm/1',
  'models:/a/b/1',
  'models:/pm/1@x',
  'runs:/r/model',
])('%j is refused', (uri) => {
  expect(() => parseModelUri(uri)).toThrow('is not the URI of a registered model');
});

test('a name alone is told how to go on', () => {
  expect(() => parseModelUri('wine-quality')).toThrow(
    expect.objectContaining({ next: expect.stringContaining('models:/wine-quality/Production') }),
  );
});
