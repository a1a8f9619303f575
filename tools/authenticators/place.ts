import type { Place } from '../../functions/passkeys/authenticator.ts';
import type { Sources } from './sources.ts';

/** Microsoft's own: no list tells what they are, their names do. */
const known: Readonly<Record<string, Place>> = {
  '90a3ccdf-635c-4729-a248-9b709135078f': 'microsoftAuthenticator',
  'de1e552d-db1d-4423-a619-566b625cdc84': 'microsoftAuthenticator',
  '08987058-cadc-4b81-b6e1-30de50dcbe96': 'windowsHello',
  '9ddd1817-af5a-4672-a2b9-3e3dd95000a9': 'windowsHello',
  '6028b017-b1d4-4c02-b4b3-afcdafc96bb2': 'windowsHelloSoftware',
};

/** Certified hardware, though the FIDO Metadata Service says `software`. */
const keysAllTheSame = new Set(['2cd2f727-f6ca-44da-8f48-5c2e5da000a2']);

/**
 * Of these the lists say a device that is plugged in, or a password manager, and may mean something
 * else: phone apps and software that are certified as if they were keys, and names that tell nothing.
 */
const uncertain = new Set([
  '0076631b-d4a0-427f-5773-0ec71c9e0279', // HYPR FIDO2 Authenticator: a phone app
  '5e264d9d-28ef-4d34-95b4-5941e7a4faa8', // Ideem ZSM FIDO2 Authenticator: a library for apps
  '6e34341a-88c7-483d-b777-a425c355be93', // WebComm OETHenticator
  'ca87cb70-4c1b-4579-a8e8-4efdd7c007e0', // FIDO Alliance TruU Sample FIDO2 Authenticator
  'ab32f0c6-2239-afbb-c470-d2ef4e254db6', // TEST (DUMMY RECORD)
  'cc45f64e-52a2-451b-831a-4edd8022a202', // ToothPic Passkey Provider
  '5ca471bb-a56d-46ad-a496-67e70e9ed9fb', // Parcel
  '6d212b28-a2c1-4638-b375-5932070f62e9', // initial
  '87f5ec51-f721-4feb-9fe4-be18c4971894', // PassCard
]);

/**
 * Where a model keeps passkeys, by what the lists say; undefined where they don't tell. In this order:
 * an app by any of its names; hardware that is attached from outside is a security key; a provider of
 * passkeys is a password manager, but for browsers, which keep them on their computer; what is inside
 * keeps them on its device; what Microsoft's list reaches by USB or NFC is a security key, and so is
 * what the FIDO Alliance's lists call a key or a card.
 */
export function placeOf(id: string, sources: Sources): Place | undefined {
  if (known[id]) return known[id];
  if (uncertain.has(id)) return undefined;
  const names = (sources.names.get(id) ?? []).map(({ name }) => name);
  const isCalled = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const { protection = '', attachment = '' } = sources.statements.get(id) ?? {};
  if (attachment !== 'internal' && isCalled(/\b(iOS|Android)\b/)) return 'phoneApp';
  if (attachment === 'external' && (/hardware/.test(protection) || keysAllTheSame.has(id))) {
    return 'securityKey';
  }
  if (sources.providers.has(id)) {
    return isCalled(/^(Chrome|Edge|Chromium)\b/) ? 'device' : 'passwordManager';
  }
  if (attachment === 'internal') return 'device';
  const isReached = /usb|nfc/.test(sources.transports.get(id) ?? '');
  return isReached || isCalled(/\b(Card|Key|YubiKey)\b/) ? 'securityKey' : undefined;
}
