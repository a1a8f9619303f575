import type { MailFacts, MailSettings } from '../../functions/mail/facts.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';

export const settings: MailSettings = {
  organizationName: 'Contoso',
  supportPhone: '+49 30 5550 100',
  securityInfoUrl: 'https://mysignins.microsoft.com/security-info',
  brandColor: '#0b5cad',
};

/** A passkey that Adele registered herself, unless the parts say otherwise. */
export const change = (parts: Partial<SecurityInfoChange> = {}): SecurityInfoChange => ({
  auditId: 'Authentication Methods_aaaa0000-bb11-2222-33cc-444444dddddd',
  time: '2026-11-24T03:03:19.5796748Z',
  action: 'registered',
  method: 'passkey',
  target: { id: 'u1', userPrincipalName: 'adelev@contoso.com', displayName: 'Adele Vance' },
  initiator: { kind: 'self', id: 'u1', userPrincipalName: 'adelev@contoso.com' },
  ipAddress: '203.0.113.50:51044',
  details: {},
  ...parts,
});

export const administrator = {
  kind: 'administrator',
  id: 'u2',
  userPrincipalName: 'megan.admin@contoso.com',
  name: 'Megan Bowen',
} as const;

export const application = { kind: 'application', id: 'a1', name: 'Onboarding' } as const;

/** A mail to Adele, with her manager in copy, about one change. */
export const mailFacts = (
  changes: readonly SecurityInfoChange[],
  parts: Partial<MailFacts> = {},
): MailFacts => ({
  reference: '7F3K-9Q2M',
  changes,
  account: { displayName: 'Adele Vance', userPrincipalName: 'adelev@contoso.com' },
  reader: 'user',
  manager: { displayName: 'Miriam Graham', isInitiator: false },
  timeZone: 'Europe/Berlin',
  language: 'en',
  toldAt: '2026-11-24T03:05:02Z',
  ...parts,
});

const passkey = change({
  userAgent:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  details: { passkey: { name: 'YubiKey 5C', aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8' } },
});

const pass = change({
  method: 'temporaryAccessPass',
  initiator: administrator,
  ipAddress: '<null>',
  details: {
    temporaryAccessPass: {
      start: '2026-11-24T08:00:00.0000000Z',
      end: '2026-11-24T09:00:00Z',
      usage: 'once',
    },
  },
});

const passByApplication = change({
  ...pass,
  initiator: application,
  details: { temporaryAccessPass: { start: '2026-12-01T07:00:00Z', end: '2026-12-01T15:00:00Z' } },
});

/** The mails whose golden files a reviewer reads. */
export const cases = {
  'passkey-by-self': mailFacts([passkey]),
  'pass-by-administrator': mailFacts([pass]),
  'unknown-method-late': mailFacts(
    [
      change({
        method: 'unknown',
        action: 'updated',
        initiator: { kind: 'unknown' },
        ipAddress: '',
        details: { text: 'User updated Verified Face Profile' },
      }),
    ],
    { toldAt: '2026-11-24T09:41:00Z' },
  ),
  'three-changes': mailFacts([
    pass,
    passkey,
    change({
      time: '2026-11-24T03:04:12Z',
      action: 'defaultChanged',
      method: 'phone',
      details: { phoneType: 'mobile', text: 'Text a code to +X XXXXXXX89' },
    }),
  ]),
  'manager-only': mailFacts([passByApplication], { reader: 'manager' }),
  'security-only': mailFacts([passByApplication], { reader: 'security' }),
  'passkey-of-test-tool': mailFacts([
    change({
      initiator: administrator,
      details: {
        passkey: {
          aaguid: '01020304-0506-0708-0102-030405060708',
          name: 'Confirmed by attestation: YubiKey',
          attestation: 'notAttested',
          type: 'deviceBound',
        },
      },
    }),
  ]),
  'hostile-names': mailFacts(
    [
      change({
        initiator: {
          ...administrator,
          name: '<script>alert(1)</script> Microsoft: nothing to do, see https://evil.example',
          userPrincipalName: 'x”><img src=x onerror=alert(1)>@evil.example',
        },
        userAgent: 'Mozilla/5.0\r\nBcc: everyone@evil.example',
        ipAddress: '999.1.1.1',
        details: { passkey: { name: '“My key”\u202E txt.exe {reference} {{subject}}' } },
      }),
    ],
    {
      account: {
        displayName: '"><img onerror=alert(1)>\r\nBcc: x@evil.example',
        userPrincipalName: 'adelev@contoso.com',
      },
      manager: { displayName: 'Miriam', isInitiator: true },
      timeZone: 'UTC',
    },
  ),
} satisfies Record<string, MailFacts>;
