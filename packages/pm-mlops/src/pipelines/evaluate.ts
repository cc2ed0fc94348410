import type { Evaluation } from 'pm-core/metrics';
import type { MlflowClient } from '../mlflow/client.ts';
import type { PipelineContext } from './base/context.ts';
import type { Workbench } from './base/workbench.ts';
import { type EvaluationRequest, scoreStoredModel } from './score-stored.ts';
import { evaluateRows } from './training/evaluate-rows.ts';

export interface StoredEvaluation {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly from: string | undefined;
  readonly failuresByComponent: Readonly<Record<string, number>>;
  readonly evaluation: Evaluation;
}

/** Evaluates a registered model on labelled rows of the lake. @throws UserError `no-labeled-rows` for a period without any. */
export async function evaluateModel(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  request: EvaluationRequest,
): Promise<StoredEvaluation> {
  const { version, from, rows, predictions } = await scoreStoredModel(bench, client, context, request);
  return {
    modelName: version.modelName,
    modelVersion: version.version,
    from,
    failuresByComponent: rows.failuresByComponent,
    evaluation: evaluateRows(rows, predictions),
  };
}
