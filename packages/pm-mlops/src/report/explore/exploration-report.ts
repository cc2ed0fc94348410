import { loadCharts } from '../chart.ts';
import { html } from '../html.ts';
import { page } from '../page.ts';
import type { Exploration } from './exploration.ts';
import { featuresStage } from './features-stage.ts';
import { modelStage } from './model-stage.ts';
import { predictionsStage, samplePredictionsStage } from './predictions-stage.ts';
import { samplesStage } from './samples-stage.ts';
import { telemetryStage } from './telemetry-stage.ts';

/**
 * What a workflow's lake and registry hold, as one HTML page in the manner of the evaluation report: no network, no script,
 * summaries only, so that it stays small however many rows there are. The same content gives the same bytes.
 */
export async function explorationReport(found: Exploration): Promise<string> {
  const { Plot, draw } = await loadCharts();
  const { name, origin, telemetry, samples, features, model, predictions, samplePredictions } = found;
  return page(
    `${name}: exploration`,
    html`${[
      html`<header>
<p class="kicker">Exploration</p>
<h1>${name}</h1>
<p class="note">Raw rows: ${origin}.</p>
</header>
`,
      telemetry && telemetryStage(telemetry, Plot, draw),
      samples && samplesStage(samples, Plot, draw),
      features && featuresStage(features, Plot, draw),
      model && modelStage(model, Plot, draw),
      predictions && predictionsStage(predictions, Plot, draw),
      samplePredictions && samplePredictionsStage(samplePredictions, Plot, draw),
    ]}`,
  );
}
