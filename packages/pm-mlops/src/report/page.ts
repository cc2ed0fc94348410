import { type Html, html, trusted } from './html.ts';
import { PAGE_STYLE } from './page-style.ts';

/** Nothing is fetched and nothing runs: the page says so itself, so that a browser holds it to that. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One HTML page that needs no network and no script: light and dark, on a phone as on a desk. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.html;
}
