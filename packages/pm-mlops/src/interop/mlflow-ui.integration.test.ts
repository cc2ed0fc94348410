import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { getRun } from '../mlflow/index.ts';
import { findChromium, launchChromium } from './browser.ts';
import { type MlflowCommand, startMlflowCommand } from './mlflow-command.ts';
import { createPmWorkspace, type PmWorkspace, type Training, trainAndPromote } from './pm-workspace.ts';

const MODEL = 'predictive-maintenance';
/** Pictures for people to look at; each run of the tests overwrites them. */
const PICTURES = join(tmpdir(), 'pm-mlflow-ui');
const python = pythonFor();
const chromium = findChromium();
const isMissing = python === undefined || chromium === undefined;

/** A text that is not seen within the page's timeout fails the test. */
describe.skipIf(isMissing)(
  'the MLflow UI over our folder (skipped without Python ≥ 3.11 or Chromium)',
  () => {
    let workspace: PmWorkspace;
    let training: Training;
    let ui: MlflowCommand;
    let browser: Browser;
    let page: Page;
    let runName: string;
    let runPage: string;

    beforeAll(async () => {
      mkdirSync(PICTURES, { recursive: true });
      workspace = createPmWorkspace();
      training = await trainAndPromote(workspace);
      const { client, close } = await workspace.openTracking();
      const run = await getRun(client, training.trackingRunId);
      await close();
      runName = run.runName;
      runPage = `experiments/${run.experimentId}/runs/${run.runId}`;
      ui = await startMlflowCommand(python!, ['ui', '--workers', '1'], workspace);
      browser = await launchChromium(chromium!);
      page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
      page.setDefaultTimeout(20_000);
    });
    afterAll(async () => {
      await browser?.close();
      await ui?.close();
      workspace?.remove();
    });

    it('shows the run: name, state, user, source, dataset, registered version, metrics and params', async () => {
      await open(runPage);
      await see(runName, 'Finished', 'engineer', 'pm train', 'labeled_features (', /^v1$/);
      await see(/^test_accuracy$/, `${training.metrics.test_accuracy}`);
      await seeRow('model.trees', '6');
      await seeRow('train_until', '2015-04-30T18:00:00');
      await page.screenshot({ path: join(PICTURES, 'run.png') });
    });

    it('shows the registered model with its version and alias', async () => {
      await open(`models/${MODEL}`);
      await see('Version 1', '@ champion', 'Which component fails in the');
      await page.screenshot({ path: join(PICTURES, 'model.png') });
    });

    it('shows the version: stage, alias, source run, description, tags and schema', async () => {
      await open(`models/${MODEL}/versions/1`);
      await see(
        'Production',
        '@ champion',
        runName,
        'Trained until 2015-04-30',
        'Inputs (38)',
        'Outputs (6)',
      );
      await seeRow('pm.gate_reason', 'there is no champion yet and the smoke check passed');
      await page.screenshot({ path: join(PICTURES, 'version.png') });
    });

    it('shows an artifact of the run', async () => {
      await open(`${runPage}/artifacts/evaluation/evaluation.txt`);
      await see(
        'confusion_matrix.csv',
        `macro F1              ${training.metrics.test_macro_f1!.toFixed(4)}`,
      );
      await page.screenshot({ path: join(PICTURES, 'artifact.png') });
    });

    it('shows the evaluation report inside its page, charts drawn', async () => {
      await page.goto('about:blank'); // the page of artifacts, once open, does not follow its address
      await open(`${runPage}/artifacts/evaluation/report.html`);
      const report = page.frameLocator('iframe');
      await report.getByRole('heading', { level: 1 }).waitFor();
      await report.getByText('macro F1').first().waitFor();
      await report.locator('svg').first().waitFor();
      await page.screenshot({ path: join(PICTURES, 'report.png') });
    });

    /** Opens a page of the UI as those see it who train models. */
    async function open(path: string): Promise<void> {
      await page.goto(`${ui.baseUrl}/#/${path}?workflowType=machine_learning`);
    }

    /** Waits until all of these can be seen. */
    async function see(...texts: readonly (string | RegExp)[]): Promise<void> {
      for (const text of texts) await page.getByText(text).first().waitFor();
    }

    async function seeRow(name: string, value: string): Promise<void> {
      const row = page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
      await row.filter({ has: page.getByText(value, { exact: true }) }).waitFor();
    }
  },
);
