import { z } from 'zod';
import { type Context, type Route, reads, writes } from './context.ts';
import { invalid, notFound } from './fault.ts';
import { isAlias, isReservedAlias } from './names.ts';
import { latestVersions, modelByName, versionByNumber, versionJson } from './registry-rows.ts';
import { RequiredText } from './request-fields.ts';

const stages = ['None', 'Staging', 'Production', 'Archived'];

/** A stage as MLflow spells it, from any case. @throws Fault 400 */
export function canonicalStage(stage: string): string {
  const found = stages.find((known) => known.toLowerCase() === stage.toLowerCase());
  if (found !== undefined) return found;
  throw invalid(`Invalid Model Version stage: ${stage}. Value must be one of ${stages.join(', ')}.`);
}

/** Stages that one version holds at a time. */
export const isActiveStage = (stage: string): boolean => stage === 'Staging' || stage === 'Production';

const Latest = z.object({ name: RequiredText, stages: z.array(z.string()).nullish() });

function latest({ database }: Context, request: z.infer<typeof Latest>) {
  const { name } = modelByName(database, request.name);
  const wanted = request.stages?.length ? request.stages.map(canonicalStage) : stages;
  const rows = latestVersions(database, [name]).filter(({ current_stage }) => wanted.includes(current_stage));
  return { model_versions: rows.length === 0 ? undefined : rows.map((row) => versionJson(database, row)) };
}

const Alias = z.object({
  name: RequiredText,
  alias: RequiredText.refine(isAlias, { error: 'letters, digits, _ and - only, at most 255' }),
});
type Alias = z.infer<typeof Alias>;
const SetAlias = Alias.extend({ version: RequiredText });

function setAlias({ database }: Context, { name, alias, version }: z.infer<typeof SetAlias>) {
  if (isReservedAlias(alias)) throw invalid(`The alias '${alias}' is reserved.`);
  database.run(
    'INSERT INTO registered_model_aliases (alias, version, name) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version',
    alias,
    versionByNumber(database, name, version).version,
    name,
  );
  return undefined;
}

function deleteAlias({ database }: Context, { name, alias }: Alias) {
  modelByName(database, name);
  database.run('DELETE FROM registered_model_aliases WHERE name = ? AND alias = ?', name, alias);
  return undefined;
}

/** The alias `latest` is the highest version. An unknown alias is 400, as MLflow has it. */
function byAlias({ database }: Context, { name, alias }: Alias) {
  modelByName(database, name);
  if (alias.toLowerCase() === 'latest') {
    const last = latestVersions(database, [name]).at(-1);
    if (last === undefined) throw notFound(`Latest version not found for model ${name}.`);
    return { model_version: versionJson(database, last) };
  }
  const found = database.row<{ version: number }>(
    'SELECT version FROM registered_model_aliases WHERE name = ? AND alias = ?',
    name,
    alias,
  );
  if (found === undefined) throw invalid(`Registered model alias ${alias} not found.`);
  return { model_version: versionJson(database, versionByNumber(database, name, `${found.version}`)) };
}

export const stageRoutes: readonly Route[] = [
  reads('GET', 'registered-models/get-latest-versions', Latest, latest),
  reads('POST', 'registered-models/get-latest-versions', Latest, latest),
  writes('POST', 'registered-models/alias', SetAlias, setAlias),
  writes('DELETE', 'registered-models/alias', Alias, deleteAlias),
  reads('GET', 'registered-models/alias', Alias, byAlias),
];
