import { makeMethod } from '../methodKinds.ts';
import type { Script } from './draft.ts';

/** Kinds that hardly anybody has here, one after the other. */
const kinds = ['external', 'email', 'platformCredential', 'windowsHelloForBusiness', 'qrCodePin'];

/** Somebody gets a method of a kind that they have none of, and no row says so. */
export const getsMethod: Script = ({ person, passkeys, random, startsAt }) => {
  const has = new Set(passkeys.others(person.id).map((one) => one['@odata.type']));
  const kind = kinds.find((one) => !has.has(`#microsoft.graph.${one}AuthenticationMethod`));
  if (kind) passkeys.addOther(person.id, makeMethod(kind, random.guid(), startsAt.toISOString()));
  return [];
};
