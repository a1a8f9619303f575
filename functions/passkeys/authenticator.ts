import data from './authenticators.json' with { type: 'json' };

/** What is known of the model that an AAGUID stands for. */
export interface Authenticator {
  /** Lower case, with hyphens. */
  readonly aaguid: string;
  /** Absent where the model is not known. */
  readonly name?: string;
  /** The advisory that every authenticator with this AAGUID falls under. */
  readonly advisory?: 'YSA-2024-03';
  /** Whether it exists in software only, as test tools and browsers' developer tools bring it. */
  readonly isSoftware: boolean;
}

const names: ReadonlyMap<string, string> = new Map(Object.entries(data.names));
const affected: ReadonlySet<string> = new Set(Object.keys(data.ysa202403));
const software: ReadonlySet<string> = new Set(Object.keys(data.software));

/**
 * The AAGUID in a text of any case, with hyphens, braces or neither, as lower case with hyphens.
 * Undefined if it is none, or all zeros: then the authenticator keeps its model to itself.
 */
export function readAaguid(text: string | null | undefined): string | undefined {
  const hex = text?.replace(/[\s{}-]/g, '').toLowerCase() ?? '';
  if (!/^[0-9a-f]{32}$/.test(hex) || /^0+$/.test(hex)) return undefined;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * The authenticator that an AAGUID names; undefined where it names none. Without attestation it is
 * only what the authenticator says of itself.
 */
export function authenticatorOf(text: string | null | undefined): Authenticator | undefined {
  const aaguid = readAaguid(text);
  if (!aaguid) return undefined;
  const name = names.get(aaguid);
  return {
    aaguid,
    ...(name && { name }),
    ...(affected.has(aaguid) && { advisory: 'YSA-2024-03' }),
    isSoftware: software.has(aaguid),
  };
}
