/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | undefined | readonly Part[];

/**
 * HTML from a template: what is put into it is escaped, for text and for attributes in double quotes, unless it is {@link Html}
 * itself; lists are joined, undefined is nothing. By hand: a template engine would be more than these lines.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: strings.reduce((text, string, i) => text + render(parts[i - 1]) + string),
});

/** Takes text that is trusted to be HTML, such as the SVG of a chart, as it is. */
export const trusted = (text: string): Html => ({ html: text });

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
