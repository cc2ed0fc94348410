import { labeledFailures } from 'pm-core/metrics';
import { dataTable } from '../data-table.ts';
import type { EvaluationContent } from '../evaluation-content.ts';
import { count, figure, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { timedRows } from '../verdict.ts';

/** The confusion matrix, shaded by each row's shares, and the figures of each class. */
export function componentsSection(content: EvaluationContent): Html {
  return html`<section>
<h2>${content.timing === undefined ? 'By class' : 'By component'}</h2>
<div class="pair">
<div class="card">
<h3>Confusion matrix</h3>
<p class="note">Rows are what happened, columns what the model said; the shade is the share of the row.</p>
${confusionTable(content)}
</div>
<div class="card">
<h3>Figures</h3>
<p class="note">Of each class against all others, by row; the base rate is what guessing gets as precision.</p>
${dataTable(figures(content))}
${evidence(content).map((note) => html`<p class="note">${note}</p>`)}
</div>
</div>
</section>
`;
}

function confusionTable({ evaluation: { classes, confusion } }: EvaluationContent): Html {
  return html`<div class="table" tabindex="0" role="region" aria-label="Confusion matrix"><table class="confusion">
<thead><tr><th scope="col">actual ↓</th>${classes.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${confusion.map((counts, actual) => confusionRow(classes[actual]!, counts, actual))}</tbody>
</table></div>`;
}

function confusionRow(name: string, counts: readonly number[], actual: number): Html {
  const total = counts.reduce((sum, rows) => sum + rows, 0);
  const cells = counts.map((rows, predicted) => {
    const share = total === 0 ? 0 : rows / total;
    const kind = predicted === actual ? 'right' : 'wrong';
    return html`<td class="${kind}" style="--share:${share.toFixed(3)}">${count(rows)}<small>${percent(share)}</small></td>`;
  });
  return html`<tr><th scope="row">${name}</th>${cells}</tr>
`;
}

function figures({ evaluation }: EvaluationContent) {
  return {
    heading: ['class', 'rows', 'precision', 'recall', 'F1', 'ROC AUC', 'PR AUC', 'base rate'],
    rows: evaluation.byClass.map((scores) => [
      scores.name,
      count(scores.rowCount),
      figure(scores.precision),
      figure(scores.recall),
      figure(scores.f1),
      figure(scores.rocAuc),
      figure(scores.prAuc),
      percent(scores.rowCount / evaluation.rowCount),
    ]),
  };
}

/** Components of which the test period says too little. */
function evidence(content: EvaluationContent): string[] {
  const timed = timedRows(content);
  if (timed === undefined) return [];
  const { minFailuresForVerdict: needed, rows, failuresByComponent } = content;
  const failures = labeledFailures(timed);
  return rows.classes.slice(1).flatMap((name, i) => {
    const labeled = failures.filter(({ classNumber }) => classNumber === i + 1).length;
    const seen = failuresByComponent?.[name] ?? labeled;
    if (seen >= needed) return [];
    return [
      `${name}: only ${seen} failures in the test period, and ${needed} are needed for a verdict of its own.`,
    ];
  });
}
