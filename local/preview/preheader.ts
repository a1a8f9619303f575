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

/** In characters: two lines of a phone's list. */
const longest = 110;

/** What an inbox shows behind the subject: the first words of a mail. None are hidden in ours. */
export function preheaderOf(html: string): string {
  const body = html.replace(/<head>.*<\/head>/s, '').replace(/<!--.*?-->/gs, '');
  return unescaped(body.replace(/<[^>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longest);
}
