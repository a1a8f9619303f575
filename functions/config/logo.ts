import { readFileSync } from 'node:fs';
import { setting, Wrong } from './parsers.ts';

/** A picture that travels within each mail. */
export interface Logo {
  readonly content: Buffer;
  readonly contentType: 'image/png' | 'image/jpeg' | 'image/gif';
}

/** Each mail carries it: a mail of 60 KB is to stay one. In bytes. */
const longest = 8_000;

/** How a file of each type begins and ends: half a picture would be broken in every mail. */
const types: readonly (readonly [Logo['contentType'], RegExp])[] = [
  ['image/png', /^89504e470d0a1a0a.*49454e44ae426082$/],
  ['image/jpeg', /^ffd8ff.*ffd9$/],
  ['image/gif', /^47494638.*3b$/],
];

/** A picture, given as a `data:` address (as from Bicep) or as a `file:` address. Never fetched. */
export const logo = setting('', (value): Logo | undefined | Wrong => {
  if (value === '') return undefined;
  const content = read(value);
  const fix = 'Give a file: address, or a data: address with base64, of a PNG, JPEG or GIF file';
  const shown = JSON.stringify(value.slice(0, 40));
  if (!content) return new Wrong(`is ${shown}, which cannot be read. ${fix}`);
  const bytes = content.toString('hex');
  const [contentType] = types.find(([, shape]) => shape.test(bytes)) ?? [];
  if (!contentType)
    return new Wrong(`is ${shown}, which is no such picture, or not all of it. ${fix}`);
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
