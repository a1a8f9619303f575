import type { QueueSettings } from './hostJson.ts';

/** What a message's text turned out to be. `undecodable`: the function is never called, five tries long. */
type Decoded =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'not base64' }
  | { readonly kind: 'undecodable' };

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes as .NET does: blanks within base64 are fine, and what is no UTF-8 is a failure. */
export function decodeMessageText(
  given: string,
  encoding: QueueSettings['messageEncoding'],
): Decoded {
  if (encoding === 'none') return { kind: 'text', text: given };
  const dense = given.replace(/[ \t\r\n]/g, '');
  if (!base64.test(dense)) return { kind: 'not base64' };
  try {
    return { kind: 'text', text: utf8.decode(Buffer.from(dense, 'base64')) };
  } catch {
    return { kind: 'undecodable' };
  }
}
