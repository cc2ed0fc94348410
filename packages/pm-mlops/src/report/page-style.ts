/** The report's style sheet. Colours keep a contrast of 4.5 for text and 3 for lines to their background, in light and dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #ffffff; --text: #1b2430; --muted: #55606e; --faint: #97a1ad; --line: #d9dee5; --band: #e6e9ee;
  --good: #0072b2; --bad: #c2410c;
  --series1: #0072b2; --series2: #c2410c; --series3: #00795a; --series4: #9d2f77; --series5: #7a5c00; --series6: #5b4bb7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1b212a; --text: #e6eaf0; --muted: #a3aebb; --faint: #6d7886; --line: #343d49; --band: #303946;
    --good: #58b4ea; --bad: #f5925a;
    --series1: #58b4ea; --series2: #f5925a; --series3: #35c79b; --series4: #e58cc6; --series5: #e0bd4c; --series6: #a99cf5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 16px 48px; }
h1, h2, h3, p, dl, figure, ul { margin: 0; }
h1 { font-size: 1.7rem; line-height: 1.2; overflow-wrap: anywhere; }
h1 span { color: var(--muted); font-weight: 400; }
h2 { font-size: 1.25rem; margin-bottom: 12px; }
h3 { font-size: 1rem; }
p { max-width: 46rem; }
.kicker { color: var(--muted); font-size: .875rem; letter-spacing: .02em; }
.verdict { font-size: 1.2rem; line-height: 1.45; margin: 14px 0 8px; }
.note, .hint { color: var(--muted); font-size: .875rem; }
section { margin-top: 40px; }
section > p { margin-bottom: 16px; }
section > h3 { margin-top: 20px; }
.tiles, .parts { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); margin-top: 20px; }
.parts { grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr)); margin-top: 0; }
.tiles > div, .parts > div, figure, .card, .aside { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
dt { color: var(--muted); font-size: .875rem; }
dd { margin: 0; }
.tiles dd:not(.hint) { font-size: 1.6rem; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
.charts { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); }
.charts.two { grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.pair + .charts { margin-top: 16px; }
.charts.top { align-items: start; }
figure { display: flex; flex-direction: column; min-width: 0; }
figure .note { margin: 4px 0 8px; }
figure .plot { margin: auto auto 0; }
.aside { align-self: start; display: grid; gap: 12px; }
.plot { display: block; width: 100%; max-width: 480px; height: auto; font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--muted); overflow: visible; }
.plot text { white-space: pre; }
.key { display: flex; flex-wrap: wrap; gap: 4px 14px; list-style: none; padding: 0; margin-bottom: 8px; font-size: .875rem; }
.key li { display: flex; align-items: center; gap: 6px; }
details { margin-top: 10px; font-size: .875rem; }
summary { cursor: pointer; color: var(--muted); }
summary:focus-visible, .table:focus-visible, pre:focus-visible { outline: 2px solid var(--good); outline-offset: 2px; }
.table { overflow-x: auto; margin: 8px 0; max-height: 26rem; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 7px; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; }
.confusion td { min-width: 58px; padding: 6px 8px; border: 2px solid var(--card); border-radius: 4px; }
.confusion td.right { background: color-mix(in srgb, var(--good) calc(var(--share) * 42%), transparent); }
.confusion td.wrong { background: color-mix(in srgb, var(--bad) calc(var(--share) * 42%), transparent); }
.confusion small { display: block; color: var(--muted); }
.confusion td small { color: inherit; opacity: .85; }
.card h3 + .note { margin: 4px 0; }
.pair { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.card { min-width: 0; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; overflow-x: auto; font-size: .875rem; margin: 8px 0; }
.sources { display: grid; gap: 8px 24px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); margin-top: 16px; }
.sources dd { overflow-wrap: anywhere; font-size: .9rem; }
footer { margin-top: 40px; color: var(--muted); font-size: .875rem; }
@media (max-width: 480px) {
  main { padding: 16px 12px 32px; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tiles > div, .parts > div, figure, .card, .aside { padding: 12px; }
  table { font-size: .8rem; }
  th, td { padding: 4px 5px; }
  .confusion th { padding: 4px 3px; }
  .confusion td { min-width: 0; padding: 5px 3px; }
  .confusion td small { font-size: .7rem; }
}
@media print { body { background: none; } figure, .card { break-inside: avoid; } }
`;
