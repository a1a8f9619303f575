/**
 * Brings the names and reasons of audit rows into one form for comparing: Unicode NFKC, trimmed,
 * white space collapsed, one final full stop dropped, no case, dashes as hyphens. Microsoft's
 * spelling of the same thing varies in all of these.
 */
export const normalise = (text: string | null | undefined): string =>
  text && plain.test(text) ? text.replace(/\.$/, '').toLowerCase() : normaliseAny(text ?? '');

/** Printable ASCII with single spaces, as nearly all names and reasons are: nothing else to do. */
const plain = /^[!-~]+(?: [!-~]+)*$/;

/** Beyond any name or reason. Putting combining marks in order takes the square of their number. */
const longest = 2_000;

const normaliseAny = (text: string): string =>
  text
    .slice(0, longest)
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\.$/, '')
    .toLowerCase();
