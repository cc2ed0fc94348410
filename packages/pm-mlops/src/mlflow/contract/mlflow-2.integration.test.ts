import { pythonFor } from 'pm-core/testing';
import { describe } from 'vitest';
import { MLFLOW_2_22 } from '../../testing/mlflow-server.ts';
import { describeRealServer } from './real-server.ts';

describe.skipIf(pythonFor(MLFLOW_2_22) === undefined)('a real MLflow 2.22 (needs Python)', () => {
  describeRealServer('mlflow-2.22', { requirements: MLFLOW_2_22 });
});
