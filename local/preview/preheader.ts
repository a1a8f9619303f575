const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&#x60;': '`',
  '&#x3D;': '=',
  '&nbsp;': ' ',
};

/** Text that Handlebars escaped, as it was. */
export const unescaped = (html: string): string =>
  html.replace(/&#?\w+;/g, (entity) => entities[entity] ?? entity);

/** What an inbox shows behind the subject: the first, hidden words of a mail's HTML. */
export function preheaderOf(html: string): string {
  const hidden = /<div[^>]*display:\s?none[^>]*>(.*?)<\/div>/s.exec(html)?.[1] ?? '';
  return unescaped(hidden).trim();
}
