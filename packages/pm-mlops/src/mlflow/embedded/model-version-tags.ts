import { z } from 'zod';
import { type Context, type Route, writes } from './context.ts';
import type { Database } from './database.ts';
import { RegistryTag } from './registered-models.ts';
import { versionByNumber } from './registry-rows.ts';
import { EntityKey, RequiredText } from './request-fields.ts';

/** What names a version. Its number is text. */
export const ByVersion = z.object({ name: RequiredText, version: RequiredText });
export type ByVersion = z.infer<typeof ByVersion>;

const SetTag = ByVersion.extend(RegistryTag.shape);

function setTag({ database }: Context, { name, version, ...tag }: z.infer<typeof SetTag>) {
  storeVersionTag(database, name, versionByNumber(database, name, version).version, tag);
  return undefined;
}

const DeleteTag = ByVersion.extend({ key: EntityKey });

function deleteTag({ database }: Context, { name, version, key }: z.infer<typeof DeleteTag>) {
  database.run(
    'DELETE FROM model_version_tags WHERE name = ? AND version = ? AND key = ?',
    name,
    versionByNumber(database, name, version).version,
    key,
  );
  return undefined;
}

/** Writes a tag over. */
export function storeVersionTag(
  database: Database,
  name: string,
  version: number,
  { key, value }: z.infer<typeof RegistryTag>,
): void {
  database.run(
    'INSERT INTO model_version_tags (key, value, name, version) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    key,
    value ?? '',
    name,
    version,
  );
}

export const modelVersionTagRoutes: readonly Route[] = [
  writes('POST', 'model-versions/set-tag', SetTag, setTag),
  writes('DELETE', 'model-versions/delete-tag', DeleteTag, deleteTag),
];
