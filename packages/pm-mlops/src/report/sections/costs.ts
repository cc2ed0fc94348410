import { type Chart, type DrawChart, dottedLine, type Plot } from '../chart.ts';
import type { ComponentCosts, FleetCostReport } from '../cost-report.ts';
import { dataTable } from '../data-table.ts';
import type { EvaluationContent } from '../evaluation-content.ts';
import { count, figure, percent } from '../figures.ts';
import { type Html, html } from '../html.ts';
import { classColor } from '../series.ts';

/** What the alerts are worth in money, beside waiting for the failure and replacing by the calendar. */
export function costsSection(
  { costs, rows }: EvaluationContent,
  Plot: Plot,
  draw: DrawChart,
): Html | undefined {
  if (costs === undefined) return undefined;
  return html`<section>
<h2>What acting on it would have cost</h2>
<p>${summary(costs)}</p>
<div class="pair">
<div class="card">
<h3>Three plans for the test period</h3>
<p class="note">In the unit of the workflow file's costs. Alerts of a component within 24 hours of each other are one piece of work,
which costs a planned replacement; a failure after the first of them, up to the prediction window after the last, is caught.</p>
${dataTable(planTable(costs))}
</div>
<div class="card">
<h3>By component</h3>
<p class="note">Thresholds were chosen on training rows of machines that the models had not learned from.</p>
${dataTable(componentTable(costs))}
${costs.components.map(calendarNote)}
</div>
</div>
<div class="charts">${draw(thresholdChart(costs, rows.classes, Plot))}</div>
</section>
`;
}

function summary({
  perMachineMonth: { model, runToFailure, ageReplacement },
  machineMonths,
}: FleetCostReport): string {
  const saved = runToFailure === 0 ? null : 1 - model / runToFailure;
  const effect =
    saved === null
      ? 'no component failed'
      : saved >= 0
        ? `${percent(saved)} less than waiting for each failure (${figure(runToFailure, 2)})`
        : `${percent(-saved)} more than waiting for each failure (${figure(runToFailure, 2)})`;
  return `Replacing what the model points at would have cost ${figure(model, 2)} a machine and month: ${effect}; replacing at the best age would have cost ${figure(ageReplacement, 2)}. (${count(Math.round(machineMonths))} machine-months.)`;
}

function planTable({ perMachineMonth, components }: FleetCostReport) {
  const total = (value: (one: ComponentCosts) => number) =>
    count(components.reduce((sum, one) => sum + value(one), 0));
  return {
    heading: ['plan', 'planned replacements', 'failures', 'cost a machine-month'],
    rows: [
      [
        'act on the model',
        total(({ model }) => model.episodes),
        total(({ model }) => model.missedFailures),
        figure(perMachineMonth.model, 2),
      ],
      [
        'replace at a fixed age',
        total(({ calendar }) => calendar?.plannedReplacements ?? 0),
        total(({ calendar, failures }) => calendar?.failures ?? failures),
        figure(perMachineMonth.ageReplacement, 2),
      ],
      ['replace on failure', '0', total(({ failures }) => failures), figure(perMachineMonth.runToFailure, 2)],
    ],
  };
}

function componentTable({ components }: FleetCostReport) {
  return {
    heading: [
      'component',
      'failure costs',
      'planned costs',
      'threshold',
      'alerts',
      'caught',
      'missed',
      'best age, days',
    ],
    rows: components.map(({ component, unplannedFailure, plannedReplacement, model, interval }) => [
      component,
      String(unplannedFailure),
      String(plannedReplacement),
      figure(model.threshold),
      count(model.episodes),
      count(model.caughtFailures),
      count(model.missedFailures),
      interval === null ? '–' : figure(interval.intervalDays, 0),
    ]),
  };
}

function calendarNote({ component, life, interval }: ComponentCosts): Html | undefined {
  if (interval !== null) return undefined;
  const why =
    life === null
      ? 'too few failures in training to tell how it ages'
      : `it ages too little (Weibull shape ${figure(life.shape, 2)})`;
  return html`<p class="note">${component}: the calendar cannot help, ${why}.</p>`;
}

function thresholdChart({ components }: FleetCostReport, classes: readonly string[], Plot: Plot): Chart {
  const colorOf = (component: string) => classColor(classes.indexOf(component));
  return {
    title: 'Cost by threshold',
    note: 'Cost of the test period (up) if the threshold were set there (right); the dot is the threshold that the model carries. Lines begin at the cost of a planned replacement over that of a failure: below it no alert pays.',
    key: components.map(({ component }) => ({ label: component, color: colorOf(component) })),
    plot: {
      x: { label: 'threshold', domain: [0, 1], tickFormat: percent, ticks: 5 },
      y: { label: 'cost', grid: true, zero: true },
      marks: components.flatMap(({ component, curve, model }) => [
        Plot.line(curve, { x: 'threshold', y: 'cost', stroke: colorOf(component), strokeWidth: 2 }),
        ...dottedLine(Plot, [model], { x: 'threshold', y: 'cost', color: colorOf(component) }),
      ]),
    },
    table: {
      heading: ['component', 'threshold', 'alerts', 'caught', 'missed', 'cost'],
      rows: components.flatMap(({ component, curve }) =>
        curve.map((one) => [
          component,
          figure(one.threshold),
          count(one.episodes),
          count(one.caughtFailures),
          count(one.missedFailures),
          figure(one.cost, 0),
        ]),
      ),
    },
  };
}
