import { decoded } from './artifact-path.ts';
import type { Database } from './database.ts';
import { type Fault, invalid } from './fault.ts';
import { findLoggedModel } from './logged-model-rows.ts';
import { latestVersions, modelByName, type VersionRow, versionByNumber } from './registry-rows.ts';
import { canonicalStage } from './stages.ts';

export interface Origin {
  readonly source: string;
  /** Where the files are, if the source only names another model. */
  readonly storageLocation: string;
  /** '' for none. */
  readonly run_id: string;
  /** '' for none. */
  readonly model_id: string;
}

interface Asked {
  readonly source: string;
  readonly run_id?: string | null | undefined;
  readonly model_id?: string | null | undefined;
}

/** `scheme:rest`; a source without scheme is a local path. */
const uri = /^([a-z][a-z0-9+.-]*):(.*)$/is;
/** These would let a model version make the server fetch from hosts that the request chose. */
const refusedSchemes = new Set(['http', 'https', 'ftp', 'sftp']);

/**
 * What a new model version is made of. A source in this store's own artifacts must lie in the run or logged model that the
 * request names; `models:/NAME/1` hands on that version's run; other stores (`s3://…`) are taken as they are.
 * @throws Fault 400 for a source that cannot be checked or leads elsewhere, 404 for a model that is not there.
 */
export function resolveSource(database: Database, asked: Asked): Origin {
  const [, scheme = '', rest = ''] = uri.exec(asked.source) ?? [];
  refuseUnsafe(asked.source, scheme);
  const run_id = asked.run_id ?? '';
  const model_id = asked.model_id ?? '';
  if (scheme === 'models') return fromModel(database, asked, rest);
  if (scheme === 'runs') {
    if (model_id !== '') throw mismatch(asked.source, 'model_id');
    if (run_id === '' || rest.split('/')[1] !== run_id) throw mismatch(asked.source, 'run_id');
  }
  if (scheme === 'mlflow-artifacts') refuseOutside(database, asked.source, run_id, model_id);
  const run = run_id || (model_id && (findLoggedModel(database, model_id)?.source_run_id ?? '')) || '';
  return { source: asked.source, storageLocation: asked.source, run_id: run, model_id };
}

/** The first words of a refusal are MLflow's, which its clients' tests look for. */
function refuseUnsafe(source: string, scheme: string): void {
  const named = source.replace(/^file:\/\//i, '');
  const refused = (reason: string) => invalid(`Invalid model version source: '${named}'. ${reason}`);
  const upload = 'upload the files to the run and name its artifacts.';
  if (scheme === '' || scheme.toLowerCase() === 'file') {
    throw refused(`To use a local path as a model version is not possible here: ${upload}`);
  }
  if (refusedSchemes.has(scheme.toLowerCase()) || /^mlflow-artifacts:\/\/[^/]/i.test(source)) {
    throw invalid(`'source' cannot use the '${scheme}' scheme: it names a host; ${upload}`);
  }
  const path = decoded(source);
  if (/(^|[/\\])\.{1,2}($|[/\\])/.test(path) || path.includes('\0')) {
    throw refused(
      'If supplying a source as an http, https, object store or other URI, leave no relative parts in it.',
    );
  }
}

function refuseOutside(database: Database, source: string, run_id: string, model_id: string): void {
  const root =
    model_id === ''
      ? database.row<{ artifact_uri: string }>('SELECT artifact_uri FROM runs WHERE run_uuid = ?', run_id)
          ?.artifact_uri
      : findLoggedModel(database, model_id)?.artifact_location;
  const inside = root !== undefined && `${decoded(source)}/`.startsWith(`${root}/`);
  if (!inside) throw mismatch(source, model_id === '' ? 'run_id' : 'model_id');
}

function fromModel(database: Database, asked: Asked, rest: string): Origin {
  const { source, run_id, model_id } = asked;
  const [, first = '', second] = /^\/([^/]+)(?:\/([^/]+))?$/.exec(rest) ?? [];
  if (first === '') throw mismatch(source, 'model_id');
  if (second === undefined && !first.includes('@')) return fromLoggedModel(database, asked, first);
  const version = referredVersion(database, first, second);
  if (run_id && run_id !== version.run_id) throw mismatch(source, 'run_id');
  if (model_id) throw mismatch(source, 'model_id');
  return {
    source: `models:/${version.name}/${version.version}`,
    storageLocation: version.storage_location ?? version.source ?? '',
    run_id: version.run_id ?? '',
    model_id: '',
  };
}

function fromLoggedModel(database: Database, { source, run_id, model_id }: Asked, id: string): Origin {
  const model = findLoggedModel(database, id);
  if (model_id !== id || model === undefined) throw mismatch(source, 'model_id');
  return {
    source,
    storageLocation: model.artifact_location,
    run_id: run_id || (model.source_run_id ?? ''),
    model_id,
  };
}

/** `NAME/1`, `NAME/Production`, `NAME/latest` or `NAME@alias`. */
function referredVersion(database: Database, first: string, second: string | undefined): VersionRow {
  if (second === undefined) {
    const at = first.lastIndexOf('@');
    const name = first.slice(0, at);
    const found = database.row<{ version: number }>(
      'SELECT version FROM registered_model_aliases WHERE name = ? AND alias = ?',
      name,
      first.slice(at + 1),
    );
    if (found === undefined) throw invalid(`Registered model alias ${first} not found.`);
    return versionByNumber(database, name, `${found.version}`);
  }
  if (/^\d+$/.test(second)) return versionByNumber(database, first, second);
  const latest = latestVersions(database, [modelByName(database, first).name]);
  const stage = second.toLowerCase() === 'latest' ? undefined : canonicalStage(second);
  const found = latest.findLast(({ current_stage }) => stage === undefined || current_stage === stage);
  if (found === undefined) throw invalid(`The model ${first} has no version in ${second}.`);
  return found;
}

function mismatch(source: string, parameter: string): Fault {
  return invalid(
    `Invalid model version source: '${source}'. The ${parameter} request parameter must identify the resource that contains the source.`,
  );
}
