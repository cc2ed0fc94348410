import { expectedCalibrationError, reliabilityCurve } from 'pm-core/metrics';
import type { EvaluationContent } from '../evaluation-content.ts';
import { count, figure, instant, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { anyFailureSeries } from '../series.ts';
import { leadOf, timedRows, verdict } from '../verdict.ts';

/** Title, verdict and the few figures that people ask for first. */
export function header(content: EvaluationContent): Html {
  const { name, subject, interval, isUnseen, evaluation } = content;
  const period = interval && ` with cutoffs from ${instant(interval.from)} to ${instant(interval.to)} UTC`;
  return html`<header>
<p class="kicker">Evaluation report</p>
<h1>${name} <span>${subject}</span></h1>
<p class="verdict">${verdict(content)}</p>
<p class="note">Measured on ${count(evaluation.rowCount)} labelled rows${period}${isUnseen ? ', none of which the model was trained on' : '; the model may have been trained on some of them'}.</p>
<dl class="tiles">${tiles(content).map(
    ([label, value, hint]) =>
      html`<div><dt>${label}</dt><dd>${value}</dd><dd class="hint">${hint}</dd></div>`,
  )}</dl>
</header>
`;
}

function tiles(content: EvaluationContent): [label: string, value: string, hint: string][] {
  const { evaluation, rows } = content;
  const { scores, isPositive } = anyFailureSeries(rows);
  const error = expectedCalibrationError(reliabilityCurve(scores, isPositive));
  const ranked = evaluation.anyFailure ?? { rocAuc: evaluation.rocAuc };
  const hints =
    rows.classes.length === 2
      ? { auc: 'class 1 against class 0', f1: ['F1', 'of class 1'], error: 'class 1' }
      : {
          auc: 'any failure against none',
          f1: ['Macro F1', 'mean over the components, by row'],
          error: 'any failure',
        };
  return [
    ...alarmTiles(content),
    ['ROC AUC', figure(ranked.rocAuc), `${hints.auc}; 0.5 is chance`],
    [hints.f1[0]!, figure(evaluation.macro.f1), hints.f1[1]!],
    ['Calibration error', figure(error), `ECE of “${hints.error}”; 0 is best`],
  ];
}

function alarmTiles(content: EvaluationContent): [string, string, string][] {
  const timed = timedRows(content);
  if (timed === undefined) return [['Accuracy', percent(content.evaluation.accuracy), 'rows that are right']];
  const { stepHours, predictionWindowHours } = timed;
  const { announcedShare, announcedFailures, observedFailures } = leadOf(timed, stepHours);
  const { alarmPrecision } = leadOf(timed, predictionWindowHours);
  return [
    [
      'Failures announced',
      percent(announcedShare),
      `${announcedFailures} of ${observedFailures}, ${stepHours} h ahead`,
    ],
    ['Alarms that were right', percent(alarmPrecision), `within ${predictionWindowHours} h`],
  ];
}
