import { unescaped } from '../../local/preview/preheader.ts';

/** What the HTML says to a reader: without head, hidden preheader, tags and entities. */
export const spoken = (html: string): string =>
  unescaped(
    html
      .replace(/<head>.*<\/head>/s, '')
      .replace(/<!--.*?-->/gs, '')
      .replace(/<div[^>]*display:\s?none.*?<\/div>/s, '')
      .replace(/<[^>]+>/g, '\n'),
  );

/** The lines that hold something, without what surrounds them. */
export const linesOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => line.trim() || []);
