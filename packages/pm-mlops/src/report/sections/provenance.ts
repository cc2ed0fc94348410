import type { ParityCertificate } from 'pm-core/score';
import type { EvaluationContent } from '../evaluation-content.ts';
import { count } from '../figures.ts';
import { type Html, html } from '../html.ts';

/** What the figures came from, how to get them again, and that the stored model is the one that was measured. */
export function provenanceSection({ sources, workflow, parity, name }: EvaluationContent): Html {
  const file = `${name.replaceAll(/[^A-Za-z0-9_.-]+/g, '-')}.yaml`;
  return html`<section>
<h2>Where it comes from</h2>
${parity === undefined ? undefined : certificate(parity)}
<h3>How to get the same again</h3>
<p>Save the workflow below as <code>${file}</code> and, over a lake with the same rows, run</p>
<pre tabindex="0"><code>pm train --config ${file}</code></pre>
<p>Same rows and same workflow give the same model, byte for byte, on any number of processors.</p>
<dl class="sources">${sources.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
<details><summary>The workflow</summary><pre tabindex="0"><code>${workflow}</code></pre></details>
</section>
`;
}

function certificate(parity: ParityCertificate): Html {
  const { rows, adversarialRows, trees, runtime, maxProbabilityDifference } = parity;
  const apart =
    maxProbabilityDifference === 0
      ? 'none of the probabilities'
      : `probabilities by at most ${maxProbabilityDifference.toExponential(1)}`;
  return html`<h3>The stored model is the measured one</h3>
<p>The ONNX file was run by ${runtime} on ${count(rows)} test rows and on ${count(adversarialRows)} rows made to be scored wrongly,
through all ${count(trees)} trees. No leaf and no label differs from the trained model’s, ${apart}.</p>
`;
}
