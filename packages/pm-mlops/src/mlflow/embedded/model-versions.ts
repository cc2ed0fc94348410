import { z } from 'zod';
import { type Context, type Route, reads, writes } from './context.ts';
import type { Database } from './database.ts';
import { Fault } from './fault.ts';
import { noteVersion } from './logged-model-rows.ts';
import { resolveSource } from './model-version-source.ts';
import { ByVersion, storeVersionTag } from './model-version-tags.ts';
import { RegistryTag } from './registered-models.ts';
import { DELETED_STAGE, modelByName, versionByNumber, versionJson } from './registry-rows.ts';
import { SearchVersions, searchVersions } from './registry-search.ts';
import { OptionalText, RequiredText } from './request-fields.ts';
import { canonicalStage, isActiveStage } from './stages.ts';

const Create = z.object({
  name: RequiredText,
  source: RequiredText,
  run_id: OptionalText,
  model_id: OptionalText,
  tags: z.array(RegistryTag).nullish(),
  run_link: OptionalText,
  description: OptionalText,
});

/** The next number of the model: one more than any version ever had, deleted ones included. */
function create(context: Context, request: z.infer<typeof Create>) {
  const { database, now } = context;
  const origin = resolveSource(database, request);
  modelByName(database, request.name);
  const time = now();
  touch(database, request.name, time);
  const { version } = database.row<{ version: number }>(
    `INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, current_stage, source,
       storage_location, run_id, status, run_link)
     SELECT ?, coalesce(max(version), 0) + 1, ?, ?, ?, 'None', ?, ?, ?, 'READY', ? FROM model_versions WHERE name = ?
     RETURNING version`,
    request.name,
    time,
    time,
    request.description ?? '',
    origin.source,
    origin.storageLocation,
    origin.run_id,
    request.run_link ?? '',
    request.name,
  )!;
  for (const tag of request.tags ?? []) storeVersionTag(database, request.name, version, tag);
  if (origin.model_id !== '') noteVersion(database, origin.model_id, request.name, version);
  return answer(database, request.name, `${version}`);
}

const get = ({ database }: Context, { name, version }: ByVersion) => answer(database, name, version);

const Update = ByVersion.extend({ description: OptionalText });

function update({ database, now }: Context, { name, version, description }: z.infer<typeof Update>) {
  const row = versionByNumber(database, name, version);
  database.run(
    'UPDATE model_versions SET description = ?, last_updated_time = ? WHERE name = ? AND version = ?',
    description ?? null,
    now(),
    name,
    row.version,
  );
  return answer(database, name, version);
}

const Transition = ByVersion.extend({
  stage: RequiredText,
  archive_existing_versions: z.boolean().nullish(),
});

/** Whoever held the stage is archived in the same transaction: no reader sees two holders or none. */
function transition({ database, now }: Context, request: z.infer<typeof Transition>) {
  const stage = canonicalStage(request.stage);
  const archives = request.archive_existing_versions === true;
  if (archives && !isActiveStage(stage)) {
    throw new Fault(
      'INTERNAL_ERROR',
      `Model version transition cannot archive existing model versions because '${stage}' is not an Active stage.`,
    );
  }
  const { name, version } = versionByNumber(database, request.name, request.version);
  const time = now();
  if (archives) {
    database.run(
      `UPDATE model_versions SET current_stage = 'Archived', last_updated_time = ?
       WHERE name = ? AND version <> ? AND current_stage = ?`,
      time,
      name,
      version,
      stage,
    );
  }
  database.run(
    'UPDATE model_versions SET current_stage = ?, last_updated_time = ? WHERE name = ? AND version = ?',
    stage,
    time,
    name,
    version,
  );
  touch(database, name, time);
  return answer(database, name, request.version);
}

/** The row stays without what it said; its aliases go. */
function remove({ database, now }: Context, request: ByVersion) {
  const { name, version } = versionByNumber(database, request.name, request.version);
  const time = now();
  touch(database, name, time);
  database.run('DELETE FROM registered_model_aliases WHERE name = ? AND version = ?', name, version);
  database.run(
    `UPDATE model_versions SET current_stage = '${DELETED_STAGE}', last_updated_time = ?, description = NULL,
       user_id = NULL, source = 'REDACTED-SOURCE-PATH', run_id = 'REDACTED-RUN-ID', run_link = 'REDACTED-RUN-LINK',
       status_message = NULL WHERE name = ? AND version = ?`,
    time,
    name,
    version,
  );
  return undefined;
}

function downloadUri({ database }: Context, { name, version }: ByVersion) {
  const { storage_location, source } = versionByNumber(database, name, version);
  return { artifact_uri: storage_location || source };
}

function touch(database: Database, name: string, time: number): void {
  database.run('UPDATE registered_models SET last_updated_time = ? WHERE name = ?', time, name);
}

const answer = (database: Database, name: string, version: string) => ({
  model_version: versionJson(database, versionByNumber(database, name, version)),
});

export const modelVersionRoutes: readonly Route[] = [
  writes('POST', 'model-versions/create', Create, create),
  reads('GET', 'model-versions/get', ByVersion, get),
  reads('GET', 'model-versions/search', SearchVersions, searchVersions),
  reads('GET', 'model-versions/get-download-uri', ByVersion, downloadUri),
  writes('PATCH', 'model-versions/update', Update, update),
  writes('POST', 'model-versions/transition-stage', Transition, transition),
  writes('DELETE', 'model-versions/delete', ByVersion, remove),
];
