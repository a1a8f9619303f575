import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkUnknown } from '../../cli/doctor/unknownSettings.ts';
import { readSettingsFile } from '../../cli/settingsFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'settings.json');
const read = (bytes: string | Buffer) => {
  writeFileSync(file, bytes);
  return readSettingsFile(file);
};
const text = JSON.stringify([{ name: 'DRY_RUN', value: 'true', slotSetting: false }]);

test.each([
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
  ['UTF-16, as Windows PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, the other way round', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
])('settings are read from %s', (_, bytes) => {
  expect(read(bytes)).toEqual({ DRY_RUN: 'true' });
});

test.each([
  ['', /is empty: az prints nothing where the name of the app or its group is misspelt/],
  ['<!doctype html>', /is a web page, not JSON/],
  ['DRY_RUN=true', /is not JSON/],
  ['[1]', /holds no settings/],
])('%j is refused with what to give instead', (bytes, says) => {
  expect(() => read(bytes)).toThrow(says);
});

test('a value that az left out is refused, and no word of the mail', () => {
  const redacted = JSON.stringify([{ name: 'SUPPORT_CONTACT', slotSetting: false, value: null }]);
  expect(() => read(redacted)).toThrow(/holds no value of SUPPORT_CONTACT/);
});

test('a folder or a missing file is refused by name', () => {
  expect(() => readSettingsFile(folder)).toThrow(/can't be read: it is a folder \(EISDIR\)/);
  expect(() => readSettingsFile(join(folder, 'none'))).toThrow(
    /can't be read: there is no such file or folder \(ENOENT\)/,
  );
});

test('a setting that is nearly one of ours is told with its name, and others are left alone', () => {
  const found = checkUnknown({
    SENDER_MAILBOX: 'a@b.cd',
    DRYRUN: 'true',
    HOME: '/root',
    SENDGRID_KEY: 'x',
    DRY_RUN: 'true',
  });
  expect(found.map(({ check, fix }) => [check, fix])).toEqual([
    ['SENDER_MAILBOX', 'Did you mean SENDER_MAILBOXES?'],
    ['DRYRUN', 'Did you mean DRY_RUN?'],
  ]);
});
