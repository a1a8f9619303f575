/**
 * Brings the names and reasons of audit rows into one form for comparing: Unicode NFKC, trimmed,
 * white space collapsed, one final full stop dropped, no case, dashes as hyphens. Microsoft's
 * spelling of the same thing varies in all of these.
 */
export function normalise(text: string | null | undefined): string {
  if (!text) return '';
  if (!plain.test(text)) return normaliseAny(text);
  return (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
}

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

/** Whether an id is the GUID of zeros, which stands for none. */
export const isNil = (id: unknown): boolean =>
  typeof id === 'string' && /^\s*\{?0{8}(-0{4}){3}-0{12}\}?\s*$/.test(id);
