import { z } from 'zod';
import { type Context, type Route, writes } from './context.ts';
import { invalid } from './fault.ts';
import { OptionalText, RequiredText } from './request-fields.ts';
import { activeRun } from './run-rows.ts';
import { storeTag } from './run-tags.ts';

const LogModel = z.object({ run_id: RequiredText, model_json: RequiredText });
const ModelInfo = z.object({
  run_id: z.string(),
  artifact_path: z.string(),
  utc_time_created: z.string(),
  model_uuid: OptionalText,
  flavors: z.record(z.string(), z.unknown()),
});
const HISTORY_TAG = 'mlflow.log-model.history';

/** Adds a model to the run's tag of logged models, as MLflow before 3 kept them. */
function logModel({ database }: Context, { run_id, model_json }: z.infer<typeof LogModel>) {
  activeRun(database, run_id);
  const model = modelInfo(model_json);
  const old = database.row<{ value: string }>(
    'SELECT value FROM tags WHERE run_uuid = ? AND key = ?',
    run_id,
    HISTORY_TAG,
  );
  const history = [...((old ? JSON.parse(old.value) : []) as unknown[]), model];
  storeTag(database, run_id, HISTORY_TAG, JSON.stringify(history));
  return undefined;
}

function modelInfo(json: string): z.infer<typeof ModelInfo> {
  try {
    const model = ModelInfo.parse(JSON.parse(json));
    return { ...model, model_uuid: model.model_uuid ?? null };
  } catch {
    throw invalid(
      'Malformed model info: JSON with artifact_path, flavors, utc_time_created and run_id is needed.',
    );
  }
}

export const runModelRoutes: readonly Route[] = [writes('POST', 'runs/log-model', LogModel, logModel)];
