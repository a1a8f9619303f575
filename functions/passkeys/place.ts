import { authenticatorOf } from './authenticator.ts';

/** Where a passkey is kept, in terms that its owner knows. */
export type Place = 'microsoftAuthenticator' | 'securityKey' | 'windowsHello' | 'passwordManager';

/** Beginnings of models' names whose place is beyond doubt. Others are shown by their name alone. */
const places: Readonly<Record<Place, RegExp>> = {
  microsoftAuthenticator: /^Microsoft Authenticator\b/,
  windowsHello: /^Windows Hello\b/,
  passwordManager:
    /^(1Password|AliasVault|Apple Passwords|Bitwarden|Dashlane|Enpass|Google Password Manager|iCloud Keychain|Kaspersky Password Manager|KeePass(DX|XC)|Keeper|LastPass|LogMeOnce|Microsoft Password Manager|NordPass|Proton Pass|Samsung Pass|Sticky Password Manager|Zoho Vault)\b/,
  securityKey:
    /^(YubiKey|Security Key\b|(Feitian|Excelsecu|Google Titan|TOKEN2)\b.*\bKey|Feitian (ePass|BioPass)|GoTrust Idem Key|Nitrokey|Solo |Swissbit iShield Key|VeriMark)/,
};

/** Where the model with this AAGUID keeps passkeys; undefined where its name does not tell. */
export function placeOf(aaguid: string | undefined): Place | undefined {
  const name = authenticatorOf(aaguid)?.name ?? '';
  return (Object.keys(places) as Place[]).find((place) => places[place].test(name));
}
