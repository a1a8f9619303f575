import { readFileSync } from 'node:fs';
import { setting, Wrong } from './settingParsers.ts';

/** A picture that travels within each mail. */
export interface Logo {
  readonly content: Buffer;
  readonly contentType: 'image/png' | 'image/jpeg' | 'image/gif';
}

/** Each mail carries it: a mail of 60 KB is to stay one. In bytes. */
const longest = 8_000;

/** How a file of each type begins. What a name or an address says of it proves nothing. */
const beginnings: readonly (readonly [Logo['contentType'], string])[] = [
  ['image/png', '89504e470d0a1a0a'],
  ['image/jpeg', 'ffd8ff'],
  ['image/gif', '47494638'],
];

/** A picture, given as a `data:` address (as from Bicep) or as a `file:` address. Never fetched. */
export const logo = setting('', (value): Logo | undefined | Wrong => {
  if (value === '') return undefined;
  const content = read(value);
  const fix = 'Give a file: address, or a data: address with base64, of a PNG, JPEG or GIF file';
  const shown = JSON.stringify(value.slice(0, 40));
  if (!content) return new Wrong(`is ${shown}, which cannot be read. ${fix}`);
  const start = content.subarray(0, 8).toString('hex');
  const [contentType] = beginnings.find(([, bytes]) => start.startsWith(bytes)) ?? [];
  if (!contentType) return new Wrong(`is ${shown}, which is no such picture. ${fix}`);
  if (content.length <= longest) return { content, contentType };
  return new Wrong(`is of ${content.length} bytes. Give a picture of at most ${longest} bytes`);
});

function read(address: string): Buffer | undefined {
  const encoded = /^data:[^,]*;base64,([A-Za-z0-9+/=\s]+)$/i.exec(address)?.[1];
  if (encoded) return Buffer.from(encoded, 'base64');
  try {
    return address.startsWith('file:') ? readFileSync(new URL(address)) : undefined;
  } catch {
    return undefined;
  }
}
