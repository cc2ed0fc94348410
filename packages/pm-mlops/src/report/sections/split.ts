import { hoursBetween } from 'pm-core';
import type { RowSplit, Split } from 'pm-core/split';
import type { EvaluationContent } from '../evaluation-content.ts';
import { count, figure, instant } from '../figures.ts';
import { type Html, html } from '../html.ts';

/** Which rows trained, which tested, and why these. */
export function splitSection({ split, timing, groupedRocAuc }: EvaluationContent): Html | undefined {
  if (split === undefined) return undefined;
  return 'trainUntil' in split ? timeSplit(split, timing) : rowSplit(split, groupedRocAuc);
}

function timeSplit(split: Split, timing: EvaluationContent['timing']): Html {
  const { trainUntil, testFrom, source, reason, train, test } = split;
  const why = source === 'config' ? 'The dates are those of the workflow file.' : `${sentence(reason)}.`;
  return html`<section>
<h2>What it was trained and tested on</h2>
<p>${why} A row’s label looks ${timing?.predictionWindowHours} hours ahead, so ${hoursBetween(trainUntil, testFrom)} hours lie between
the two parts: no training label knows anything of the test period.</p>
<dl class="parts">
<div><dt>Training, until ${instant(trainUntil)}</dt><dd>${count(train.rows)} rows, ${count(train.failureRows)} of them before a failure</dd></div>
<div><dt>Test, from ${instant(testFrom)}</dt><dd>${count(test.rows)} rows, ${count(test.failureRows)} of them before a failure</dd></div>
</dl>
</section>
`;
}

function rowSplit({ reason, repeatedRows, ...parts }: RowSplit, groupedRocAuc: number | undefined): Html {
  const total = parts.train.rows + parts.validation.rows + parts.test.rows;
  const repeats = html` ${count(repeatedRows)} of the ${count(total)} rows repeat another one, feature for feature, so some test rows
have their like in training: the figures here are for more of the same, as those that others report for such data.`;
  const strict = html` With like rows on one side only, a second model reaches a ROC AUC of ${figure(groupedRocAuc ?? null)}: expect
that of rows unlike all known ones.`;
  const named = [
    ['Training', parts.train],
    ['Validation', parts.validation],
    ['Test', parts.test],
  ] as const;
  return html`<section>
<h2>What it was trained and tested on</h2>
<p>${sentence(reason)}.${repeatedRows > 0 ? [repeats, groupedRocAuc === undefined ? undefined : strict] : undefined}</p>
<dl class="parts">${named.map(
    ([name, { rows, failureRows }]) =>
      html`<div><dt>${name}</dt><dd>${count(rows)} rows, ${count(failureRows)} of them in class 1</dd></div>`,
  )}</dl>
</section>
`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
