/**
 * Code of esbuild's with everything beyond ASCII as `\uXXXX`. A module with one other character takes two bytes
 * for each of its characters for as long as the process lives: esbuild writes texts in ASCII, and leaves
 * regular expressions and comments as they are.
 */
export const inAscii = (code: string): string =>
  code.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
