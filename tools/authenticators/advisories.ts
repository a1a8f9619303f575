/** An advisory, and the models that it is about. */
interface AdvisoryLine {
  readonly id: string;
  /** The day that it was published, or the status was given: `2024-09-03`. */
  readonly since: string;
  readonly source: string;
  /** Which words of `passkeys.advisories` in `templates/words/` tell of it. */
  readonly words: string;
  /** The status in the FIDO Metadata Service that it tells of. */
  readonly status?: string;
  /** AAGUIDs, or the file of the sources that says which. */
  readonly models: readonly string[] | 'yubikey-firmware.json';
}

/** Every advisory that the mail tells of. A new one is a line. */
export const advisoryLines: readonly AdvisoryLine[] = [
  {
    id: 'YSA-2024-03',
    since: '2024-09-03',
    source: 'https://www.yubico.com/support/security-advisories/ysa-2024-03/',
    words: 'YSA-2024-03',
    models: 'yubikey-firmware.json',
  },
  {
    id: 'MDS-REVOKED-2023-12-20',
    since: '2023-12-20',
    source: 'https://mds3.fidoalliance.org/',
    words: 'revoked',
    status: 'REVOKED',
    models: ['ba86dc56-635f-4141-aef6-00227b1b9af6'],
  },
];
