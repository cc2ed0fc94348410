import { loadCharts } from './chart.ts';
import type { EvaluationContent } from './evaluation-content.ts';
import { html } from './html.ts';
import { page } from './page.ts';
import { componentsSection } from './sections/components.ts';
import { costsSection } from './sections/costs.ts';
import { driftSection } from './sections/drift.ts';
import { groupsSection } from './sections/groups.ts';
import { header } from './sections/header.ts';
import { importancesSection } from './sections/importances.ts';
import { leadTimeSection } from './sections/lead-time.ts';
import { provenanceSection } from './sections/provenance.ts';
import { rankingSection } from './sections/ranking.ts';
import { splitSection } from './sections/split.ts';

/**
 * An evaluation as one HTML page that needs no network and no script: light and dark, on a phone as on a desk, every chart with
 * its numbers in a table. The same content gives the same bytes.
 */
export async function evaluationReport(content: EvaluationContent): Promise<string> {
  const { Plot, draw } = await loadCharts();
  return page(
    `${content.name}, ${content.subject}: evaluation`,
    html`${[
      header(content),
      splitSection(content),
      leadTimeSection(content, Plot, draw),
      costsSection(content, Plot, draw),
      componentsSection(content),
      rankingSection(content, Plot, draw),
      importancesSection(content, Plot, draw),
      groupsSection(content, Plot, draw),
      driftSection(content, Plot, draw),
      provenanceSection(content),
    ]}`,
  );
}
