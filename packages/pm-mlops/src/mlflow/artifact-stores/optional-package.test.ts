import { expect, test } from 'vitest';
import { optionalPackage } from './optional-package.ts';

test('a package that is there is given', async () => {
  expect(await optionalPackage(['node:path'], 'Paths', () => import('node:path'))).toHaveProperty('join');
});

test('a package that is missing is named, with what to type', async () => {
  const missing = '@never/published';
  const load = () => import(missing);
  // What Node says; the test runner wraps it.
  const asNode = () =>
    load().catch((cause) =>
      Promise.reject(Object.assign(new Error('x', { cause }), { code: 'ERR_MODULE_NOT_FOUND' })),
    );
  await expect(optionalPackage([missing, 'other'], 'Artifacts there', asNode)).rejects.toMatchObject({
    code: 'missing-package',
    message: 'Artifacts there needs @never/published and other.',
    next: 'npm install @never/published other',
  });
});

test('a package that fails to load for another reason says so itself', async () => {
  const broken = () => Promise.reject(new SyntaxError('broken'));
  await expect(optionalPackage(['broken'], 'Nothing', broken)).rejects.toThrow(SyntaxError);
});
