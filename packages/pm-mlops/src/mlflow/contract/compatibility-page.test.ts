import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compatibilityPage } from './compatibility-page.ts';

const file = join(import.meta.dirname, '../../../../../docs/mlflow-compatibility.md');

test('docs/mlflow-compatibility.md is what `node tools/mlflow-compatibility.ts` writes', () => {
  expect(readFileSync(file, 'utf8')).toBe(compatibilityPage());
});
