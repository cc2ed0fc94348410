import { pythonFor } from 'pm-core/testing';
import { expect, it } from 'vitest';
import { SMALL_TABLE, writeSmallTable } from '../acceptance/testing/small-table.ts';
import { workplaceForTest } from '../acceptance/testing/workplace.ts';
import { runPython } from './python-script.ts';

const CONFIG = ['--config', 'config/sites.yaml'];
const python = pythonFor();

it.skipIf(python === undefined)(
  'Python loads a model of plain tables, and says of each row what the results table says (skipped without Python ≥ 3.11)',
  async () => {
    const place = workplaceForTest({ sites: SMALL_TABLE });
    writeSmallTable(place.path('data'), 40);
    await place.json('ingest', ...CONFIG, '--source', 'data');
    await place.json('train', ...CONFIG);
    await place.json('score', ...CONFIG, '--model', 'models:/sites/1');
    const samples = await place.json<Record<string, number>[]>('tables', 'export', 'samples', ...CONFIG);
    const scored = await place.json<Record<string, number>[]>('tables', 'export', 'predictions', ...CONFIG);
    await place.json('models', 'download', 'models:/sites/1', ...CONFIG, '--output', 'model');

    const features = SMALL_TABLE.features as string[];
    const rows = samples.map((row) => Object.fromEntries(features.map((name) => [name, row[name]])));
    const { inputs, outputs } = await runPython<{ inputs: string[]; outputs: Record<string, number[]> }>(
      python!,
      'predict_table',
      { trackingUri: place.path('unused.db'), request: { model: place.path('model'), rows } },
    );
    expect(inputs).toEqual(features);
    expect(Object.keys(outputs)).toEqual(['label', 'probability_0', 'probability_1']);
    expect(outputs.label!.map(String)).toEqual(scored.map((row) => row.predicted_class));
    expect(outputs.probability_0).toEqual(scored.map((row) => row.probability_0));
    expect(outputs.probability_1).toEqual(scored.map((row) => row.probability_1));
    expect(new Set(outputs.label)).toEqual(new Set([0, 1]));
  },
);
