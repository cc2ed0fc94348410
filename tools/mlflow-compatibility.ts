import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compatibilityPage } from '../packages/pm-mlops/src/mlflow/contract/compatibility-page.ts';

/** Writes docs/mlflow-compatibility.md anew. */
writeFileSync(join(import.meta.dirname, '../docs/mlflow-compatibility.md'), compatibilityPage());
