const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text, or an attribute's value in quotes. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => escapes[one] ?? '');

/** Markup that is as it should be, and no text. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[] | undefined | false;

/** A template of markup: every value in it is escaped, unless it is markup itself. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const written = parts.map((part) => {
    if (part === undefined || part === false) return '';
    if (part instanceof Markup) return part.text;
    return typeof part === 'object' ? part.map(({ text }) => text).join('\n') : escaped(`${part}`);
  });
  return new Markup(pieces.map((piece, index) => piece + (written[index] ?? '')).join(''));
}
