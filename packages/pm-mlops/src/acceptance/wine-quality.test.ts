import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { Run } from '../mlflow/index.ts';
import type { JobDocument, TrainDocument } from './testing/documents.ts';
import { refusal } from './testing/refusal.ts';
import { workplaceForTest } from './testing/workplace.ts';

const FOLDER = resolve(import.meta.dirname, '../../../../../shared/data/wine-quality');
const CONFIG = ['--config', 'config/wine-quality.yaml'];

it.skipIf(!existsSync(FOLDER))(
  'the wine of the public files is judged in two ways, and another file by the model in Production',
  async () => {
    const place = workplaceForTest({});
    const workflow = readFileSync(join(import.meta.dirname, '../../../../config/wine-quality.yaml'), 'utf8');
    writeFileSync(place.path('config/wine-quality.yaml'), workflow.replace(/trees: .*/, 'trees: 40'));
    const job = (name: string, source: string) =>
      place.json<JobDocument>(
        ...['jobs', 'run', name, '--param', 'WORKFLOW=wine-quality', '--param', `SOURCE=${source}`],
      );
    const { tasks } = await job('training', FOLDER);
    const { trackingRunId } = tasks.find(({ taskKey }) => taskKey === 'train')!
      .json as unknown as TrainDocument;
    const { params, metrics } = await place.json<Run>('runs', 'show', trackingRunId, ...CONFIG);
    expect(params).toMatchObject({ train_rows: '3898', validation_rows: '1300', test_rows: '1299' });
    expect(params).toMatchObject({ repeated_rows: '1177', target: 'quality >= 7' });
    expect(metrics.test_roc_auc).toBeGreaterThan(0.89);
    // Wines that repeat others make the difference.
    expect(metrics.test_roc_auc_grouped).toBeLessThan(metrics.test_roc_auc! - 0.02);
    expect(metrics.test_roc_auc_grouped).toBeGreaterThan(0.8);

    const [header, ...lines] = readFileSync(join(FOLDER, 'winequality-white.csv'), 'utf8').split('\n', 21);
    const unjudged = (cells: string) => cells.replace(/,[^,]*$/, '').replaceAll(',', ';');
    writeFileSync(
      place.path('new.csv'),
      [`${unjudged(header!)};is_red`, ...lines.map((line) => `${unjudged(line)};0`)].join('\n'),
    );
    const scoring = await job('batch-scoring', 'new.csv');
    expect(scoring.tasks.at(-1)!.json).toMatchObject({ modelVersion: '1', scoredRows: 20, rejected: [] });
    writeFileSync(place.path('short.csv'), `${lines[0]}\n`);
    const refused = await refusal(place, ['score', ...CONFIG, '--source', 'short.csv']);
    expect(refused.message).toContain('has no column fixed_acidity');
  },
);
