import { loadCharts } from './chart.ts';
import type { EvaluationContent } from './evaluation-content.ts';
import { html, trusted } from './html.ts';
import { PAGE_STYLE } from './page-style.ts';
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

/** Nothing is fetched and nothing runs: the page says so itself, so that a browser holds it to that. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * An evaluation as one HTML page that needs no network and no script: light and dark, on a phone as on a desk, every chart with
 * its numbers in a table. The same content gives the same bytes.
 */
export async function evaluationReport(content: EvaluationContent): Promise<string> {
  const { Plot, draw } = await loadCharts();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<link rel="icon" href="data:,">
<title>${content.name}, ${content.subject}: evaluation</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<main>
${[
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
]}
</main>
</body>
</html>
`;
  return page.html;
}
