import { z } from 'zod';
import { type Context, type Route, reads, writes } from './context.ts';
import { activeExperiment } from './experiment-rows.ts';
import { alreadyExists, invalid } from './fault.ts';
import { Int64, OptionalText, RequiredText } from './request-fields.ts';
import { randomRunName } from './run-name.ts';
import { activeRun, type RunRow, runById, runInfoJson, runsJson } from './run-rows.ts';
import { SearchRuns, searchRuns } from './run-search.ts';
import { RUN_NAME_TAG, storeTag } from './run-tags.ts';

const Create = z.object({
  experiment_id: RequiredText,
  user_id: OptionalText,
  start_time: Int64.nullish(),
  run_name: OptionalText,
  tags: z.array(z.object({ key: RequiredText, value: OptionalText })).nullish(),
  /** An extension: a run that was born elsewhere keeps its id. MLflow's own servers pass over it. */
  pm_run_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullish(),
});

/** A run is RUNNING from `start_time`, 0 (1970) if none is said, as MLflow has it. */
function create({ database, newId, random }: Context, request: z.infer<typeof Create>) {
  const experiment = activeExperiment(database, request.experiment_id);
  const tags = request.tags ?? [];
  const tagged = tags.find(({ key }) => key === RUN_NAME_TAG)?.value;
  if (request.run_name && tagged && request.run_name !== tagged) {
    throw invalid(
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${request.run_name}', mlflow.runName='${tagged}').`,
    );
  }
  const run: RunRow = {
    run_uuid: request.pm_run_id ?? newId(),
    name: request.run_name || tagged || randomRunName(random),
    user_id: request.user_id ?? '',
    status: 'RUNNING',
    start_time: request.start_time ?? 0,
    end_time: null,
    artifact_uri: '',
    lifecycle_stage: 'active',
    experiment_id: experiment.experiment_id,
  };
  if (database.row('SELECT 1 FROM runs WHERE run_uuid = ?', run.run_uuid) !== undefined) {
    throw alreadyExists(`Run with id=${run.run_uuid} already exists.`);
  }
  database.run(
    `INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time,
       source_version, lifecycle_stage, artifact_uri, experiment_id)
     VALUES (?, ?, 'UNKNOWN', '', '', ?, 'RUNNING', ?, '', 'active', ?, ?)`,
    run.run_uuid,
    run.name,
    run.user_id,
    run.start_time,
    `${experiment.artifact_location?.replace(/\/$/, '')}/${run.run_uuid}/artifacts`,
    run.experiment_id,
  );
  for (const { key, value } of tags) storeTag(database, run.run_uuid, key, value ?? '');
  storeTag(database, run.run_uuid, RUN_NAME_TAG, run.name!);
  const [json] = runsJson(database, [runById(database, run.run_uuid)]);
  return { run: json };
}

const ById = z.object({ run_id: RequiredText });

const get = ({ database }: Context, { run_id }: z.infer<typeof ById>) => ({
  run: runsJson(database, [runById(database, run_id)])[0],
});

const Update = ById.extend({
  status: z.enum(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']).nullish(),
  end_time: Int64.nullish(),
  run_name: OptionalText,
});

/** What is not named stays as it is. */
function update({ database }: Context, { run_id, status, end_time, run_name }: z.infer<typeof Update>) {
  activeRun(database, run_id);
  database.run(
    'UPDATE runs SET status = coalesce(?, status), end_time = coalesce(?, end_time), name = coalesce(?, name) WHERE run_uuid = ?',
    status ?? null,
    end_time ?? null,
    run_name || null,
    run_id,
  );
  if (run_name) storeTag(database, run_id, RUN_NAME_TAG, run_name);
  return { run_info: runInfoJson(runById(database, run_id)) };
}

function move({ database, now }: Context, run_id: string, stage: RunRow['lifecycle_stage']) {
  runById(database, run_id);
  database.run(
    'UPDATE runs SET lifecycle_stage = ?, deleted_time = ? WHERE run_uuid = ?',
    stage,
    stage === 'deleted' ? now() : null,
    run_id,
  );
  return undefined;
}

export const runRoutes: readonly Route[] = [
  writes('POST', 'runs/create', Create, create),
  reads('GET', 'runs/get', ById, get),
  reads('POST', 'runs/search', SearchRuns, searchRuns),
  writes('POST', 'runs/update', Update, update),
  writes('POST', 'runs/delete', ById, (context, { run_id }) => move(context, run_id, 'deleted')),
  writes('POST', 'runs/restore', ById, (context, { run_id }) => move(context, run_id, 'active')),
];
