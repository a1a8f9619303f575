import { describe, expect, test } from 'vitest';
import { readConfig, settings } from '../../functions/config/config.ts';
import { type Setting, Wrong } from '../../functions/config/parsers.ts';
import { languageTags } from '../../functions/languages.ts';
import { type Declared, example, siteSettings, snapshots, template } from './deployed.ts';

const infra = Object.entries(template.definitions['Settings']?.properties ?? {});
const app: Record<string, Setting<unknown>> = settings;
const read = (name: string, value?: unknown) =>
  app[name]?.(value === undefined ? undefined : String(value));
const takes = (name: string, value: unknown) =>
  name in app && !(read(name, value) instanceof Wrong);
const defaultOf = (name: string) => read(name);
const isA = (type: string) => infra.filter(([, one]) => one.type === type);

describe('the type of the settings', () => {
  test('has every setting of the app, in its order, and no other', () => {
    expect(infra.map(([name]) => name)).toEqual(Object.keys(settings));
  });

  test('asks for what the app has no default for, and for nothing else', () => {
    for (const [name, { nullable }] of infra) {
      expect(takes(name, undefined), name).toBe(nullable === true);
    }
  });

  test('bounds whole numbers as the app does', () => {
    const isWhole = ([name]: [string, Declared]) => typeof defaultOf(name) === 'number';
    expect(isA('int')).toEqual(infra.filter(isWhole));
    for (const [name, { minValue = Number.NaN, maxValue = Number.NaN }] of isA('int')) {
      const tried = [minValue - 1, minValue, maxValue, maxValue + 1].map((value) =>
        takes(name, String(value)),
      );
      expect(tried, name).toEqual([false, true, true, false]);
    }
  });

  test('takes a boolean where the app takes true and false', () => {
    expect(isA('bool')).toEqual(infra.filter(([name]) => typeof defaultOf(name) === 'boolean'));
  });

  test('allows the very words that the app allows', () => {
    const literals = infra.filter(([, { allowedValues }]) => allowedValues);
    expect(literals.map(([name]) => name)).toEqual([
      'COPY_MANAGER',
      'SECURITY_COPY_AS',
      'NOTIFY_OTHER_MAILS',
      'SUBJECT_ACCOUNT',
    ]);
    for (const [name, { allowedValues = [] }] of literals) {
      const refusal = read(name, 'nonsense');
      const because = refusal instanceof Wrong ? refusal.because : '';
      const allowed = /one of ([\w, ]+)/.exec(because)?.[1]?.split(', ');
      expect([...allowedValues].sort()).toEqual(allowed?.sort());
    }
    const named = infra.filter(([, { $ref }]) => $ref);
    expect(named.map(([name]) => name)).toEqual(['DEFAULT_LANGUAGE']);
    const reference = named[0]?.[1].$ref?.replace('#/definitions/', '') ?? '';
    const languages = template.definitions[reference]?.allowedValues ?? [];
    expect([...languages].sort()).toEqual([...languageTags].sort());
  });

  test('bounds the length of text only where the app does', () => {
    const bounded = infra.filter(([, { minLength, maxLength }]) => minLength ?? maxLength);
    expect(bounded.map(([name]) => name)).toEqual(['SENDER_MAILBOXES', 'BRAND_COLOR']);
    const samples: Record<string, string> = { SENDER_MAILBOXES: 'a@b.cd', BRAND_COLOR: '#1f4e79' };
    for (const [name, { minLength = 0, maxLength }] of bounded) {
      const sample = samples[name] ?? '';
      expect(takes(name, sample), name).toBe(true);
      expect(takes(name, sample.slice(0, minLength - 1)), name).toBe(false);
      if (maxLength) expect(takes(name, `${sample}0`), name).toBe(false);
    }
  });
});

/** The settings of a site, with something in the place of what only Azure can say. */
const environmentOf = (name: string) => ({
  ...Object.fromEntries(
    [...siteSettings(name)].map(([key, value]) => [
      key,
      /ServiceUri$/.test(key)
        ? 'https://st.example.com'
        : value.replace(/^\[.*\]$/s, 'hub.example.com'),
    ]),
  ),
  IDENTITY_ENDPOINT: 'http://localhost/msi',
});

describe('what arrives at the site', () => {
  // The portal's form passes its outputs on.
  test.each(snapshots.filter(({ outputs }) => outputs['appSettings']))(
    '$file is all that the app needs',
    ({ file, outputs }) => {
      const name = file.replace(/^.*\/(\w+)\.snapshot\.json$/, '$1');
      const environment = environmentOf(name);
      const { storage, identity } = readConfig(environment);
      expect(identity.kind).toBe('managed');
      expect(storage).toMatchObject({ tableUri: 'https://st.example.com' });
      const given = Object.fromEntries(
        outputs['appSettings'].map((one: { name: string; value: string }) => [one.name, one.value]),
      );
      expect(environment).toMatchObject(given);
    },
  );

  test('is each setting as it was given, read by the app itself, and none left at its default', () => {
    const config: Record<string, unknown> = { ...readConfig(environmentOf('settings')) };
    const given = example('settings').outputs['appSettings'].map(
      (one: { name: string }) => one.name,
    );
    // An empty one is as good as none.
    expect(given.sort()).toEqual(
      Object.keys(settings)
        .filter((name) => name !== 'AUDIT_EVENT_HUB')
        .sort(),
    );
    const same = given.filter(
      (name: string) => JSON.stringify(config[name]) === JSON.stringify(defaultOf(name)),
    );
    expect(same).toEqual([]);
    expect(config).toMatchObject({ DRY_RUN: true, NOTIFY_GUESTS: false, SETTLE_SECONDS: 60 });
  });

  test('is read by the app or by the host, and by nobody else', () => {
    const asked = new Set<string>();
    const environment = new Proxy<Record<string, string | undefined>>(environmentOf('main'), {
      get: (target, name) => {
        asked.add(String(name));
        return target[String(name)];
      },
    });
    readConfig(environment);
    // Read by the Functions host. Source: Azure Functions docs, "App settings reference".
    const host = [
      'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
      'APPLICATIONINSIGHTS_CONNECTION_STRING',
      'AzureWebJobsStorage__credential',
    ];
    const unread = [...siteSettings('main').keys()].filter((name) => !asked.has(name));
    expect(unread.sort()).toEqual(host);
  });

  test('reaches the event hub where there is one, with all that this takes', () => {
    const without = siteSettings('main');
    const added = [...siteSettings('events')].filter(([name]) => !without.has(name));
    expect(added.map(([name]) => name)).toEqual([
      'AUDIT_EVENT_HUB',
      'AuditEventHub__fullyQualifiedNamespace',
      'AuditEventHub__credential',
      'AuditEventHub__clientId',
    ]);
    expect(Object.fromEntries(added)).toMatchObject({
      AuditEventHub__credential: 'managedidentity',
    });
    for (const name of ['AuditEventHub__fullyQualifiedNamespace', 'AuditEventHub__clientId']) {
      const lacking = { ...environmentOf('events'), [name]: '' };
      expect(() => readConfig(lacking), name).toThrow('AuditEventHub');
    }
  });
});
