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

/** What the HTML says to a reader: without head, hidden preheader, tags and entities. */
export const spoken = (html: string): string =>
  html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<div[^>]*display:\s?none.*?<\/div>/s, '')
    .replace(/<[^>]+>/g, '\n')
    .replace(/&#?\w+;/g, (entity) => entities[entity] ?? entity);

/** The lines that hold something, without what surrounds them. */
export const linesOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => line.trim() || []);
