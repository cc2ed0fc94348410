import { describe, expect, it } from 'vitest';
import type { EvaluationContent } from './evaluation-content.ts';
import { evaluationReport } from './evaluation-report.ts';
import { plantedContent } from './testing/planted-content.ts';
import { plantedCosts } from './testing/planted-costs.ts';
import { verdict } from './verdict.ts';

/** Text as a reader sees it. */
const textOf = (page: string): string =>
  page.replaceAll(/<style>.*?<\/style>|<[^>]+>/gs, ' ').replaceAll(/\s+/g, ' ');

describe('the verdict', () => {
  it('tells a planner what was announced in time and how far an alarm can be trusted', () => {
    expect(plain(verdict(plantedContent()))).toBe(
      'Of 24 component failures in the test period, the model announced 22 (92 %) at least 12 hours ahead, ' +
        'and 100 % of its alarms named the component that then failed within 7 days.',
    );
  });

  it('tells how many failures there were where labels name fewer, there and by component', async () => {
    const content = plantedContent({ failuresByComponent: { comp1: 7, comp2: 6, comp3: 6, comp4: 6 } });
    expect(verdict(content)).toContain(
      'Of 24 component failures in the test period that a label names (25 in all), ',
    );
    expect(textOf(await evaluationReport(content))).toContain('comp1: only 7 failures in the test period');
  });

  it('says so where there was no alarm, or no failure', () => {
    const { rows } = plantedContent();
    const silent = { ...rows, predicted: new Int32Array(rows.predicted.length) };
    expect(verdict(plantedContent({ rows: silent }))).toContain('announced 0 (0');
    expect(verdict(plantedContent({ rows: silent }))).toContain('it gave no alarm at all');
    const healthy = { ...rows, labels: new Int32Array(rows.labels.length) };
    expect(verdict(plantedContent({ rows: healthy }))).toContain('holds no failure');
  });

  it('is about rows in a workflow without time', () => {
    expect(plain(verdict(plantedContent({ timing: undefined })))).toContain(
      'Of 960 test rows the model gets',
    );
  });

  const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');
});

describe('the evaluation report', () => {
  it('holds every part, a table for each chart, and the same bytes each time', async () => {
    const page = await evaluationReport(plantedContent());
    const titles = [...page.matchAll(/<h3>(.*?)<\/h3>/g)].map((match) => match[1]);
    expect(titles).toEqual([
      'Recall by hours before the failure',
      'Failures announced in time',
      'How soon an alarm comes true',
      'Confusion matrix',
      'Figures',
      'Precision and recall',
      'ROC',
      'Reliability',
      'Importance on test rows',
      'Importance in training',
      'By machine model',
      'By age of the machine',
      'Test rows against training',
      'The stored model is the measured one',
      'How to get the same again',
    ]);
    const figures = page.split('<figure>').slice(1);
    for (const figure of figures) expect(figure).toMatch(/<svg[^>]* class="plot"[\s\S]*<details>[\s\S]*<td>/);
    expect(figures).toHaveLength(11);
    expect(await evaluationReport(plantedContent())).toBe(page);
  });

  it('shows what acting on the alerts would have cost, and where the calendar cannot help', async () => {
    const page = textOf(await evaluationReport(plantedContent({ costs: plantedCosts() })));
    expect(page).toContain(
      'would have cost 1.44 a machine and month: 55 % less than waiting for each failure (3.20)',
    );
    expect(page).toContain('act on the model 20 4 1.44');
    expect(page).toContain('comp4: the calendar cannot help, it ages too little (Weibull shape 0.90)');
    expect(page).toContain('Cost by threshold');
    expect(textOf(await evaluationReport(plantedContent()))).not.toContain('Cost by threshold');
  });

  it('says what the calibration did to the error of each class', async () => {
    const content = plantedContent();
    expect(textOf(await evaluationReport(content))).not.toContain('before calibration');
    const page = textOf(await evaluationReport({ ...content, before: content.evaluation }));
    expect(page).toMatch(/comp1 0\.\d{3} \(0\.\d{3} before calibration\)/);
  });

  it('says why this split, where too few failures are, and why recall over the window is bounded', async () => {
    const text = textOf(await evaluationReport(plantedContent()));
    expect(text).toContain('No failure in the 12 rows up to trainUntil');
    expect(text).toContain('180 hours lie between');
    expect(text).toContain('comp1: only 6 failures in the test period, and 20 are needed');
    // 48 of the 168 hours.
    expect(text).toMatch(/Just 29\s% of those rows/);
    expect(text).toContain('probabilities by at most 1.2e-7');
  });

  it('does without what is not there', async () => {
    const bare: Partial<EvaluationContent> = {
      timing: undefined,
      split: undefined,
      importances: undefined,
      parity: undefined,
      trainingFeatures: undefined,
      interval: undefined,
      isUnseen: false,
    };
    const page = await evaluationReport(plantedContent(bare));
    expect(page.match(/<figure>/g)).toHaveLength(3);
    expect(textOf(page)).toContain('may have been trained on some of them');
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  it('takes names from data as text, never as HTML', async () => {
    const hostile = `"><script>alert('x')</script>&amp;`;
    const content = plantedContent();
    const classes = content.rows.classes.map((name) => name + hostile);
    const page = await evaluationReport({
      ...content,
      name: hostile,
      subject: hostile,
      rows: { ...content.rows, classes },
      evaluation: {
        ...content.evaluation,
        classes,
        byClass: content.evaluation.byClass.map((one) => ({ ...one, name: one.name + hostile })),
      },
      matrix: { ...content.matrix, featureNames: content.matrix.featureNames.map((name) => name + hostile) },
      importances: [{ feature: hostile, gain: 1, logLossRise: 1 }],
      sources: [[hostile, hostile]],
      workflow: hostile,
    });
    expect(page).not.toContain('<script');
    expect(page.match(/&lt;script&gt;/g)!.length).toBeGreaterThan(10);
  });

  it('stays small however many rows there are', async () => {
    const page = await evaluationReport(plantedContent({}, 5000));
    expect(textOf(page)).toContain('200,000 labelled rows');
    expect(page.length).toBeLessThan(150_000);
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
  });
});
