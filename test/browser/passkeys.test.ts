import { existsSync } from 'node:fs';
import { AuthenticatorEmulator, WebAuthnEmulator } from 'nid-webauthn-emulator';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAaguid } from '../../functions/passkeys/authenticator.ts';
import { userRegistersOne } from '../../local/graph/happenings/passkey.ts';
import type { PasskeyKind } from '../../local/graph/passkeyMethods.ts';
import { mailOf } from '../../local/preview/mails.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const origin = 'https://login.contoso.example';
const yubiKey = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
const soc = 'soc@contoso.example';

/** What a site asks for; bytes as base64url. */
const asked = (attestation: 'none' | 'direct') => ({
  rp: { id: 'login.contoso.example', name: 'Contoso' },
  user: { id: 'QWRlbGU', name: 'adelev@contoso.example', displayName: 'Adele Vance' },
  challenge: 'Y2hhbGxlbmdlLW9mLTMyLWJ5dGVzLWZvci1hLXRlc3Q',
  pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
  authenticatorSelection: {
    residentKey: 'required' as const,
    requireResidentKey: true,
    userVerification: 'required' as const,
  },
  attestation,
});

/**
 * What Entra would keep of a registration: the AAGUID, and whether the passkey may be backed up, of its
 * authenticator data (Web Authentication level 3, section 6.1). No root in the FIDO Metadata Service
 * signs for a program, so that none of them is attested.
 */
function kept(authenticatorData: string, displayName: string): PasskeyKind {
  const data = Buffer.from(authenticatorData, 'base64url');
  const mayBeBackedUp = ((data[32] ?? 0) & 0b1000) !== 0;
  return {
    displayName,
    aaGuid: readAaguid(data.subarray(37, 53).toString('hex')) ?? '',
    model: '',
    attestationLevel: 'notAttested',
    passkeyType: mayBeBackedUp ? 'synced' : 'deviceBound',
  };
}

/** The mail of it, made by the app's own code from the rows and the passkey that Entra would show. */
async function mailAbout(passkey: PasskeyKind) {
  const { text, headers } = await mailOf(
    {
      name: 'passkey-registered',
      title: 'A passkey that was registered for real',
      person: 'AdeleV@contoso.example',
      script: userRegistersOne(passkey),
    },
    'en',
  );
  const line = /^Kept on: (.*)$/m.exec(text)?.[1] ?? '';
  return { lines: line.split('; '), text, isRisky: headers.includes(soc) };
}

const claims = 'such a model can’t be synced, so this does not fit';
const isProgram = 'Its model number is that of a program made for tests';
const hidden = 'Does not say which model it is: some keys and browsers do that';

describe.skipIf(!existsSync(executablePath))('a virtual authenticator of Chromium', () => {
  let browser: Browser;
  let page: Page;
  let devtools: CDPSession;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath });
  }, 30_000);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    page = await browser.newPage();
    await page.route(`${origin}/`, (route) =>
      route.fulfill({ body: '<p>Sign in</p>', contentType: 'text/html' }),
    );
    await page.goto(`${origin}/`);
    devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
  });

  interface Device {
    readonly transport: 'usb' | 'internal';
    readonly backedUp?: true;
  }

  async function register({ transport, backedUp }: Device, attestation: 'none' | 'direct') {
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
        ...(backedUp && { defaultBackupEligibility: true, defaultBackupState: true }),
      },
    });
    const options = JSON.stringify(asked(attestation));
    const data: string = await page.evaluate(`(async () => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(${options});
      const made = await navigator.credentials.create({ publicKey });
      return made.toJSON().response.authenticatorData;
    })()`);
    return kept(data, 'YubiKey');
  }

  test.each([
    [{ transport: 'usb' }, 'none', hidden, false],
    [{ transport: 'usb' }, 'direct', isProgram, true],
    [{ transport: 'internal' }, 'none', isProgram, true],
    [{ transport: 'internal' }, 'direct', isProgram, true],
    [{ transport: 'internal', backedUp: true }, 'none', isProgram, true],
  ] as const)(
    '%j with attestation %s: %s',
    { timeout: 30_000 },
    async (device, attestation, words, risky) => {
      const passkey = await register(device, attestation);
      expect(passkey.passkeyType).toBe('backedUp' in device ? 'synced' : 'deviceBound');
      const { lines, isRisky } = await mailAbout(passkey);
      expect(lines[0]).toContain(words);
      expect(lines).toContain('named “YubiKey”');
      expect(isRisky).toBe(risky);
    },
  );
});

describe('an emulator of npm', () => {
  const register = (emulator: WebAuthnEmulator) => {
    const { response } = emulator.createJSON(origin, asked('direct'));
    return kept(response.authenticatorData ?? '', 'My key');
  };
  const showing = (aaguid: string) =>
    new WebAuthnEmulator(
      new AuthenticatorEmulator({
        aaguid: Uint8Array.from(Buffer.from(aaguid.replaceAll('-', ''), 'hex')),
      }),
    );

  test('is told as a program under its own id', async () => {
    const { lines, isRisky } = await mailAbout(register(new WebAuthnEmulator()));
    expect(lines[0]).toBe(`${isProgram}, unusual on a person’s account: nid-webauthn-emulator`);
    expect(isRisky).toBe(true);
  });

  test('that shows the id of a key only claims to be one: it is backed up', async () => {
    const { lines, text, isRisky } = await mailAbout(register(showing(yubiKey)));
    expect(lines[0]).toBe('Identifies itself as YubiKey 5 Series with NFC');
    expect(lines.at(-1)).toContain(claims);
    expect(text).not.toContain('YSA-2024-03');
    expect(isRisky).toBe(true);
  });

  test('that draws an id is in no list, and one that shows zeros says nothing: neither is risky', async () => {
    const drawn = await mailAbout(register(showing('5b1f4c3e-7a90-4d2b-9c11-0e6f2a8d3b57')));
    expect(drawn.lines[0]).toContain('in none of the lists known to us: 5b1f4c3e-7a90-4d2b');
    const zeros = await mailAbout(register(showing('00000000-0000-0000-0000-000000000000')));
    expect(zeros.lines[0]).toContain(hidden);
    expect([drawn.isRisky, zeros.isRisky]).toEqual([false, false]);
  });
});
