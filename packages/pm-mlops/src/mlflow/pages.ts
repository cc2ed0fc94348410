import { UserError } from 'pm-core';

export interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  readonly nextPageToken: string | undefined;
}

/**
 * Every item of a paged listing, asking for a page when the one before is used up.
 * @throws UserError `endless-listing` where a page names itself as the next one: a service that ignores the token never ends.
 */
export async function* everyItem<Item>(
  page: (pageToken: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let token: string | undefined;
  do {
    const { items = [], nextPageToken } = await page(token);
    yield* items;
    if (nextPageToken && nextPageToken === token) throw endless(token);
    token = nextPageToken || undefined;
  } while (token !== undefined);
}

const endless = (token: string): UserError =>
  new UserError(
    'endless-listing',
    `A listing does not go on: its page ${token} names itself as the next one.`,
  );

/** All of what comes one by one. */
export async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
