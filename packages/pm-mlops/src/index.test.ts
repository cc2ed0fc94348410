import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('gives the public names of api.txt: one that goes or changes its kind is a new major version', async () => {
  const text = readFileSync(join(import.meta.dirname, 'index.ts'), 'utf8');
  const names = [...text.matchAll(/\{([^}]*)\}/g)].flatMap(([, list]) => list!.split(','));
  const lines = names.map((name) => name.trim()).filter((name) => name !== '');
  const values = Object.entries(await import('./index.ts')).map(([name, value]) => `${typeof value} ${name}`);
  const types = lines.filter((name) => name.startsWith('type '));
  expect(values.length + types.length).toBe(lines.length);
  await expect([...values, ...types, ''].sort().join('\n').trimStart()).toMatchFileSnapshot('../api.txt');
});
