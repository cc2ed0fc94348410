import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { modelWith } from './contract/client-registry.ts';
import { moveToStage } from './stages.ts';
import { openTracking } from './tracking.ts';

const page = resolve(import.meta.dirname, '../../../../docs/stage-ledger.md');

test.skipIf(pythonFor() === undefined)(
  "the documentation's lines of Python read the stages from the ledger (needs Python)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { client, close } = await openTracking({ environment: {}, cwd: folder });
    await modelWith(client, 3, 'predictive-maintenance');
    for (const [version, stage] of [
      ['1', 'Production'],
      ['2', 'Production'],
      ['3', 'Staging'],
    ] as const) {
      const move = { action: 'move', by: 'ada', at: new Date(), why: `"quoted", in two\nlines` } as const;
      await moveToStage(client, 'predictive-maintenance', version, stage, move);
    }
    await close();
    const [, lines] = /```python\n(.*?)```/s.exec(readFileSync(page, 'utf8'))!;
    const script = `${lines}\nprint(json.dumps({str(version): stage for version, stage in stages.items()}))`;
    const said = execFileSync(pythonFor()!, ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        ...process.env,
        MLFLOW_TRACKING_URI: `sqlite:///${join(folder, 'mlflow.db')}`,
        MLFLOW_DISABLE_TELEMETRY: 'true',
      },
    });
    expect(JSON.parse(said.trimEnd().split('\n').at(-1)!)).toEqual({
      1: 'Archived',
      2: 'Production',
      3: 'Staging',
    });
  },
);
