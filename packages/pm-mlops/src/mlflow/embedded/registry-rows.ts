import type { Database } from './database.ts';
import { invalid, notFound } from './fault.ts';
import { listed, shown } from './json.ts';
import { isModelName } from './names.ts';

export interface ModelRow {
  readonly name: string;
  readonly creation_time: number;
  readonly last_updated_time: number;
  readonly description: string | null;
}

export interface VersionRow {
  readonly name: string;
  readonly version: number;
  readonly creation_time: number;
  readonly last_updated_time: number;
  readonly description: string | null;
  readonly user_id: string | null;
  readonly current_stage: string;
  readonly source: string | null;
  readonly storage_location: string | null;
  readonly run_id: string | null;
  readonly status: string | null;
  readonly status_message: string | null;
  readonly run_link: string | null;
}

export const modelColumns = 'name, creation_time, last_updated_time, description';
export const versionColumns =
  'name, version, creation_time, last_updated_time, description, user_id, current_stage, source, storage_location, run_id, status, status_message, run_link';

/** The stage of a deleted version: its row stays, so that its number is not given again. */
export const DELETED_STAGE = 'Deleted_Internal';

/** @throws Fault 404, or 400 for what can be no name. */
export function modelByName(database: Database, name: string): ModelRow {
  if (!isModelName(name)) throw invalid(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
  const row = database.row<ModelRow>(`SELECT ${modelColumns} FROM registered_models WHERE name = ?`, name);
  if (row === undefined) throw notFound(`Registered Model with name=${name} not found`);
  return row;
}

/** A version that is not deleted. @throws Fault 404, or 400 for what is no number. */
export function versionByNumber(database: Database, name: string, version: string): VersionRow {
  if (!isModelName(name)) throw invalid(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
  const row = database.row<VersionRow>(
    `SELECT ${versionColumns} FROM model_versions WHERE name = ? AND version = ? AND current_stage <> '${DELETED_STAGE}'`,
    name,
    versionNumber(version),
  );
  if (row === undefined) throw notFound(`Model Version (name=${name}, version=${version}) not found`);
  return row;
}

function versionNumber(version: string): number {
  if (/^\d{1,15}$/.test(version)) return Number(version);
  throw invalid(`Parameter 'version' must be an integer, got '${version}'.`);
}

/** The highest version in each stage. */
export function latestVersions(database: Database, names: readonly string[]): VersionRow[] {
  return database.rows<VersionRow>(
    `SELECT ${versionColumns} FROM model_versions AS one
     WHERE name IN (SELECT value FROM json_each(?)) AND current_stage <> '${DELETED_STAGE}' AND NOT EXISTS (
       SELECT 1 FROM model_versions AS later
       WHERE later.name = one.name AND later.current_stage = one.current_stage AND later.version > one.version)
     ORDER BY name, version`,
    JSON.stringify(names),
  );
}

/** Models as MLflow's JSON, with tags, aliases and the latest version in each stage. */
export function modelsJson(database: Database, rows: readonly ModelRow[]): object[] {
  const names = rows.map(({ name }) => name);
  const ids = JSON.stringify(names);
  const tags = Map.groupBy(
    database.rows<{ name: string; key: string; value: string | null }>(
      'SELECT name, key, value FROM registered_model_tags WHERE name IN (SELECT value FROM json_each(?)) ORDER BY rowid',
      ids,
    ),
    ({ name }) => name,
  );
  const aliases = Map.groupBy(
    database.rows<{ name: string; alias: string; version: number }>(
      'SELECT name, alias, version FROM registered_model_aliases WHERE name IN (SELECT value FROM json_each(?)) ORDER BY rowid',
      ids,
    ),
    ({ name }) => name,
  );
  const versions = Map.groupBy(versionsJson(database, latestVersions(database, names)), ({ name }) => name);
  return rows.map(({ name, ...row }) => ({
    name,
    creation_timestamp: row.creation_time,
    last_updated_timestamp: row.last_updated_time,
    description: row.description || undefined,
    latest_versions: listed(versions.get(name)),
    tags: listed(tags.get(name)?.map(({ key, value }) => ({ key, value: value ?? '' }))),
    aliases: listed(aliases.get(name)?.map(({ alias, version }) => ({ alias, version: `${version}` }))),
  }));
}

export interface VersionJson {
  readonly name: string;
  readonly version: string;
}

/** Versions as MLflow's JSON with their tags; a search and a model's latest versions show no aliases. */
export function versionsJson(database: Database, rows: readonly VersionRow[]): VersionJson[] {
  const tags = database.rows<{ name: string; version: number; key: string; value: string | null }>(
    `SELECT name, version, key, value FROM model_version_tags
     WHERE (name, version) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) ORDER BY rowid`,
    JSON.stringify(rows.map(({ name, version }) => [name, version])),
  );
  const tagsOf = Map.groupBy(tags, ({ name, version }) => `${version}/${name}`);
  return rows.map((row) => ({
    name: row.name,
    version: `${row.version}`,
    creation_timestamp: row.creation_time,
    last_updated_timestamp: row.last_updated_time,
    user_id: shown(row.user_id),
    current_stage: row.current_stage,
    description: shown(row.description),
    source: shown(row.source),
    run_id: shown(row.run_id),
    status: row.status ?? 'READY',
    status_message: shown(row.status_message),
    tags: listed(
      tagsOf.get(`${row.version}/${row.name}`)?.map(({ key, value }) => ({ key, value: value ?? '' })),
    ),
    run_link: shown(row.run_link),
  }));
}

/** One version as MLflow's JSON, with its aliases. */
export function versionJson(database: Database, row: VersionRow): object {
  const aliases = database.rows<{ alias: string }>(
    'SELECT alias FROM registered_model_aliases WHERE name = ? AND version = ? ORDER BY rowid',
    row.name,
    row.version,
  );
  return { ...versionsJson(database, [row])[0], aliases: listed(aliases.map(({ alias }) => alias)) };
}
