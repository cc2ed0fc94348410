import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ARTIFACT_BYTES, PER_BATCH } from './trainer-facts.ts';

/**
 * What is wrong with the store in `folder` after trainers were killed, given all the lines that they said: a damaged file,
 * something there by half, or something answered that is not there. Empty where all is well.
 */
export function faultsOf(folder: string, said: readonly string[]): string[] {
  const database = new DatabaseSync(join(folder, 'mlflow.db'), { readOnly: true, timeout: 5000 });
  const column = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => `${Object.values(row)[0]}`);
  try {
    const kept = new Set([
      ...column("SELECT 'run ' || run_uuid FROM runs"),
      ...column("SELECT DISTINCT 'batch ' || run_uuid || ' ' || step FROM metrics"),
      ...column("SELECT 'model ' || model_id FROM logged_models WHERE status = 2"),
      ...column("SELECT 'version ' || version FROM model_versions"),
      ...column("SELECT 'champion ' || version FROM model_versions WHERE current_stage <> 'None'"),
      ...column("SELECT 'finished ' || run_uuid FROM runs WHERE status = 'FINISHED'"),
      ...globSync('**/weights.bin', { cwd: join(folder, 'mlartifacts') }).map((path) => `file ${path}`),
    ]);
    return [
      ...column('PRAGMA integrity_check').filter((line) => line !== 'ok'),
      ...database
        .prepare('PRAGMA foreign_key_check')
        .all()
        .map((row) => `foreign key ${JSON.stringify(row)}`),
      ...column(halves).map((what) => `half ${what}`),
      ...halfFiles(folder).map((path) => `half file ${path}`),
      ...said.filter((line) => !kept.has(line)).map((line) => `lost ${line}`),
    ];
  } finally {
    database.close();
  }
}

/** Of what one call writes: either nothing or all of it is there. */
const halves = `
  SELECT 'batch ' || run_uuid FROM metrics WHERE key LIKE 'k%' GROUP BY run_uuid, step HAVING count(*) <> ${PER_BATCH}
  UNION ALL SELECT 'run ' || r.run_uuid FROM runs r WHERE user_id = 'trainer' AND
    (SELECT count(*) FROM metrics m WHERE m.run_uuid = r.run_uuid) <> (SELECT count(*) FROM params p WHERE p.run_uuid = r.run_uuid)
  UNION ALL SELECT 'model ' || model_id FROM logged_models m WHERE
    (SELECT count(*) FROM logged_model_params p WHERE p.model_id = m.model_id) <> 1
  UNION ALL SELECT 'version ' || version FROM model_versions v WHERE
    (SELECT count(*) FROM model_version_tags t WHERE t.name = v.name AND t.version = v.version) <> 1
  UNION ALL SELECT 'stage: ' || count(*) || ' in Production' FROM model_versions WHERE current_stage = 'Production' HAVING count(*) > 1
  UNION ALL SELECT 'stage: none in Production' WHERE
    EXISTS (SELECT 1 FROM model_versions WHERE current_stage = 'Archived') AND
    NOT EXISTS (SELECT 1 FROM model_versions WHERE current_stage = 'Production')
  UNION ALL SELECT 'alias of version ' || version FROM registered_model_aliases a WHERE
    NOT EXISTS (SELECT 1 FROM model_versions v WHERE v.name = a.name AND v.version = a.version)`;

function halfFiles(folder: string): string[] {
  const artifacts = join(folder, 'mlartifacts');
  if (!existsSync(artifacts)) return [];
  return globSync('**/weights.bin', { cwd: artifacts }).filter(
    (path) => statSync(join(artifacts, path)).size !== ARTIFACT_BYTES,
  );
}
