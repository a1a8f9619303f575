import { ids } from './contoso.ts';
import { makeMethod } from './methodKinds.ts';
import { emulator, makePasskey, type PasskeyMethods } from './passkeyMethods.ts';
import { seededRandom } from './random.ts';

/** Who has what at Contoso, by Graph's types of methods. Who is not named has a password alone. */
const methods: Readonly<Record<string, readonly string[]>> = {
  [ids.patti]: ['phone'],
  [ids.miriam]: ['microsoftAuthenticator', 'phone'],
  [ids.adele]: ['microsoftAuthenticator', 'phone', 'email'],
  [ids.alex]: ['phone'],
  [ids.lee]: ['microsoftAuthenticator'],
  [ids.diego]: ['softwareOath', 'phone'],
  [ids.megan]: ['windowsHelloForBusiness', 'microsoftAuthenticator'],
  [ids.nora]: ['microsoftAuthenticator'],
  [ids.joni]: ['phone', 'email'],
  [ids.isaiah]: ['microsoftAuthenticator'],
  [ids.grady]: ['platformCredential', 'phone'],
};

/** Gives Contoso's people what they had before anything happened. */
export function equipContoso(passkeys: PasskeyMethods): void {
  const random = seededRandom(25);
  const at = '2025-03-03T09:00:00Z';
  for (const [id, types] of Object.entries(methods)) {
    for (const type of types) passkeys.addOther(id, makeMethod(type, random.guid(), at));
  }
  const used = makePasskey(random, new Date(at));
  passkeys.add(ids.isaiah, used);
  passkeys.markUsed(used.id, '2026-11-20T07:45:00Z');
  passkeys.add(ids.grady, makePasskey(random, new Date(at), emulator));
}
