import { expect, test } from 'vitest';
import { allOf, everyItem } from './pages.ts';

const pages = (next: (asked: string | undefined) => string | undefined) =>
  everyItem(async (asked) => ({ items: [asked ?? 'first'], nextPageToken: next(asked) }));

test('a listing goes on to its last page, with an empty token as with none', async () => {
  for (const end of ['', undefined])
    expect(await allOf(pages((asked) => (asked === undefined ? 'a' : asked === 'a' ? 'b' : end)))).toEqual([
      'first',
      'a',
      'b',
    ]);
});

test('a page that names itself as the next one ends in an error, not never', async () => {
  await expect(allOf(pages(() => 'again'))).rejects.toMatchObject({ code: 'endless-listing' });
});
