import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../functions/config/config.ts';
import { type Declared, example, ofType, read, root, siteSettings, template } from './deployed.ts';

interface Element {
  readonly name: string;
  readonly constraints?: {
    readonly required: boolean;
    readonly regex: string;
    readonly validationMessage: string;
  };
}

const { parameters: form } = JSON.parse(read('infra/createUiDefinition.json')) as {
  parameters: {
    steps: { name: string; elements: Element[] }[];
    outputs: Record<string, string>;
  };
};
const portal = JSON.parse(read('infra/portal.json')) as {
  parameters: Record<string, Declared & { defaultValue?: unknown }>;
};
const elements = new Map(
  form.steps.flatMap(({ name, elements: all }) =>
    all.map((one) => [`${name}.${one.name}`, one] as const),
  ),
);

/** Every function, by the name that it is registered under. */
const registered = globSync('functions/*.ts', { cwd: root }).flatMap(
  (file) => /\bapp\.\w+\('(\w+)'/.exec(read(file))?.[1] ?? [],
);
const functions = [...new Set(registered)].sort();

describe('the form of the portal', () => {
  test('gives each parameter of its template, and no other', () => {
    expect(Object.keys(form.outputs).sort()).toEqual(Object.keys(portal.parameters).sort());
  });

  test('takes each of them from a field that there is, with the words for a wrong one', () => {
    for (const [name, value] of Object.entries(form.outputs)) {
      if (name === 'location') continue;
      const [, step, field] = /^\[steps\('(\w+)'\)\.(\w+)\]$/.exec(value) ?? [];
      const { constraints } = elements.get(`${step}.${field}`) ?? {};
      expect(constraints?.validationMessage, name).toBeTruthy();
      // What the template has no default for, the form insists on.
      if (!('defaultValue' in (portal.parameters[name] ?? {})))
        expect(constraints?.required).toBe(true);
    }
  });

  test.each<[`${string}.${string}`, string[], string[]]>([
    [
      'mail.senderMailboxes',
      ['a@b.cd', "o'b@x.org, c@d.ef"],
      ['', 'a', 'a@b', 'a@b.cd;c@d.ef', 'a..b@c.de', 'a%b@c.de'],
    ],
    ['mail.securityCopy', ['', 'a@b.cd'], ['soc', 'a%b@c.de']],
    ['operation.includedGroups', ['', '11111111-2222-4333-8444-555555555555'], ['Pilot group']],
    [
      'operation.packageUrl',
      ['', 'https://example.com/a.zip'],
      ['http://example.com/a.zip', 'https://example.com'],
    ],
  ])('%s takes what the app takes', (name, good, bad) => {
    const regex = new RegExp(elements.get(name)?.constraints?.regex ?? '');
    for (const value of good) expect(value).toMatch(regex);
    for (const value of bad) expect(value).not.toMatch(regex);
  });
});

describe('what the form makes', () => {
  test('is an app whose settings are complete, with every function switched off', () => {
    const settings = siteSettings('portal');
    const off = [...settings].filter(([name]) => name.startsWith('AzureWebJobs.'));
    expect(functions).toHaveLength(6);
    expect(off.sort()).toEqual(functions.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']));
    const given = Object.fromEntries(
      [...settings].map(([name, value]) => [
        name,
        value.replace(/^\[.*$/s, 'https://st.example.com'),
      ]),
    );
    expect(readConfig(given)).toMatchObject({
      SENDER_MAILBOXES: ['security@contoso.com'],
      SECURITY_COPY: [],
    });
    const [package_] = ofType('portal', 'Microsoft.Web/sites/extensions');
    expect(package_?.properties).toEqual({
      packageUri: 'https://example.com/security-info-notifier.zip',
      remoteBuild: false,
    });
    const [group] = ofType('portal', 'Microsoft.Insights/actionGroups');
    expect(group?.properties.emailReceivers).toHaveLength(2);
  });

  test('is told what to run next, as is everybody', () => {
    expect(example('main').outputs['grantCommand']).toBe(
      'npm run grant -- --resource-group rg-security-info',
    );
    expect(Object.keys(template.outputs)).toContain('grantCommand');
    expect([...siteSettings('main').keys()].filter((name) => name.includes('Disabled'))).toEqual(
      [],
    );
    expect(ofType('main', 'Microsoft.Web/sites/extensions')).toEqual([]);
  });
});
