import { unescaped } from '../../local/preview/preheader.ts';

/** What the HTML says to a reader: without head, tags and entities. */
export const spoken = (html: string): string =>
  unescaped(
    html
      .replace(/<head>.*<\/head>/s, '')
      .replace(/<!--.*?-->/gs, '')
      .replace(/<\/?(strong|a|span)\b[^>]*>/g, '')
      .replace(/<[^>]+>/g, '\n'),
  );

/** The lines that hold something, without what surrounds them. */
export const linesOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => line.trim() || []);
