import { describe, expect, it } from 'vitest';
import { type GateContent, gateReport } from './gate-report.ts';

const content: GateContent = {
  modelName: 'pumps <west>',
  version: '2',
  stage: 'Production',
  championVersion: '1',
  promote: false,
  forced: false,
  reason: 'it is worse',
  at: '2015-06-01T12:30:00.000Z',
  by: 'planner',
  note: undefined,
  checks: [
    {
      name: 'macro F1',
      verdict: 'failed',
      stops: true,
      figures: { rows: 1600, low: -0.12345, paired: 'yes' },
      limit: 0.05,
      sentence: 'it is worse',
    },
  ],
  replay: {
    weeks: 4,
    rows: 1120,
    changedShare: 0.5,
    byComponent: { comp1: { kept: 1, moved: 0, added: 1, dropped: 0 } },
    episodes: [
      {
        change: 'added',
        machineId: '7',
        component: 'comp1',
        candidate: { machineId: '7', component: 'comp1', firstSeenMs: 0, lastSeenMs: 0, hits: 1 },
      },
    ],
  },
};

describe('the page on a judgement of the gate', () => {
  it('tells the verdict, every figure and the alerts that change, and needs nothing from elsewhere', () => {
    const page = gateReport(content);
    for (const part of [
      '<h1>pumps &lt;west&gt; <span>version 2 to Production</span></h1>',
      'Refused: it is worse.',
      '<h3>macro F1: failed</h3>',
      '<td>-0.1235</td>',
      '<td>1,600</td>',
      '<td>0.05</td>',
      '<th scope="row">7</th><td>comp1</td><td>added</td><td>–</td><td>1970-01-01 00:00</td>',
    ])
      expect(page).toContain(part);
    expect(page).not.toMatch(/<script|https?:/);
    expect(gateReport(content)).toBe(page);
  });

  it('leaves out what there is not', () => {
    const { replay: _replay, ...first } = {
      ...content,
      promote: true,
      checks: [],
      championVersion: undefined,
    };
    expect(gateReport(first)).toContain('Held against nobody');
    expect(gateReport(first)).not.toMatch(/<h2>/);
    expect(
      gateReport({ ...first, forced: true, reason: 'forced (broken sensor)', note: 'broken sensor' }),
    ).toMatch(/>Forced \(broken sensor\)\..*They said: broken sensor/s);
  });
});
