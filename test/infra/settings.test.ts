import { describe, expect, test } from 'vitest';
import { readConfig, settings } from '../../functions/config/config.ts';
import { languageTags } from '../../functions/languages.ts';
import { bracketed, code, type Declared, strings, typeIn } from './bicep.ts';

const infra = typeIn('infra/settings.bicep', 'Settings');
const app: Record<string, { safeParse(value: unknown): { success: boolean; data?: unknown } }> =
  settings;
const takes = (name: string, value: unknown) => app[name]?.safeParse(value).success === true;

/** What `string()` makes of a value in a template. */
const inTemplate = (value: number | boolean) =>
  typeof value === 'number' ? String(value) : value ? 'True' : 'False';

const ofType = (type: string) => infra.filter((property) => property.type === type);

describe('the type of the settings', () => {
  test('has every setting of the app, in its order, and no other', () => {
    expect(infra.map(({ name }) => name)).toEqual(Object.keys(settings));
  });

  test('asks for what the app has no default for, and for nothing else', () => {
    for (const { name, type } of infra) {
      expect(takes(name, undefined), name).toBe(type.endsWith('?'));
    }
  });

  test('explains each of them', () => {
    expect(infra.filter(({ description }) => !description)).toEqual([]);
  });

  test('bounds whole numbers as the app does', () => {
    const isWhole = (name: string) => takes(name, undefined) && !takes(name, '1.5');
    const numbers = infra.filter(
      ({ name }) => isWhole(name) && typeof defaultOf(name) === 'number',
    );
    expect(ofType('int?')).toEqual(numbers);
    for (const { name, least = Number.NaN, most = Number.NaN } of numbers) {
      const tried = [least - 1, least, most, most + 1].map((value) => takes(name, String(value)));
      expect(tried, name).toEqual([false, true, true, false]);
    }
  });

  test('takes a boolean where the app takes true and false, as a template writes them', () => {
    const booleans = infra.filter(({ name }) => typeof defaultOf(name) === 'boolean');
    expect(ofType('bool?')).toEqual(booleans);
    for (const { name } of booleans) {
      for (const value of [true, false]) {
        expect(app[name]?.safeParse(inTemplate(value)).data, name).toBe(value);
      }
    }
  });

  test('allows the very words that the app allows', () => {
    const literals = infra.filter(({ type }) => type.includes("'"));
    expect(literals.map(({ name }) => name)).toEqual(['COPY_MANAGER']);
    for (const { name, type } of literals) {
      expect(strings(type).filter((word) => !takes(name, word))).toEqual([]);
      const refusal = app[name]?.safeParse('nonsense') as { error?: { message: string } };
      const allowed = /one of ([\w, ]+)/.exec(refusal.error?.message ?? '')?.[1]?.split(', ');
      expect(strings(type)).toEqual(allowed);
    }
    expect(ofType('Language?').map(({ name }) => name)).toEqual(['DEFAULT_LANGUAGE']);
    const [, languages = ''] = /^type Language = (.*)$/m.exec(code('infra/settings.bicep')) ?? [];
    expect(strings(languages).sort()).toEqual([...languageTags].sort());
  });

  test('bounds the length of text only where the app does', () => {
    const bounded = infra.filter(({ shortest, longest }) => shortest ?? longest);
    expect(bounded.map(({ name }) => name)).toEqual(['SENDER_MAILBOXES', 'BRAND_COLOR']);
    const samples: Record<string, string> = { SENDER_MAILBOXES: 'a@b.cd', BRAND_COLOR: '#1f4e79' };
    for (const { name, shortest = 0, longest = 1e6 } of bounded as Declared[]) {
      const sample = samples[name] ?? '';
      expect(takes(name, sample), name).toBe(true);
      expect(takes(name, sample.slice(0, shortest - 1)), name).toBe(false);
      if (longest < 1e6) expect(takes(name, `${sample}0`), name).toBe(false);
    }
  });
});

describe('what the template sets by itself', () => {
  const text = code('infra/app.bicep');
  const namesIn = (before: string) => {
    const start = text.indexOf(before) + before.length - 1;
    return [...bracketed(text, start).matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => name);
  };
  const names = namesIn('var platformSettings = {');
  /** Read by the Functions host. Source: Azure Functions docs, "App settings reference". */
  const host = [
    'AzureWebJobsStorage__credential',
    'AzureWebJobsStorage__blobServiceUri',
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  ];

  test('is read by the app or by the host', () => {
    const read = new Set<string>();
    const environment = new Proxy<Record<string, string | undefined>>(
      { SENDER_MAILBOXES: 'a@example.com' },
      {
        get: (target, name) => {
          read.add(String(name));
          return target[String(name)];
        },
      },
    );
    expect(() => readConfig(environment)).toThrow('AZURE_CLIENT_ID');
    // The client id of storage is looked at only where there is an address.
    read.add('AzureWebJobsStorage__clientId');
    expect(names.filter((name) => !read.has(name)).sort()).toEqual([...host].sort());
  });

  test('is all that the app needs beside the required settings', () => {
    const given = Object.fromEntries(names.map((name) => [name, 'https://st.example.com']));
    const environment = { ...given, SENDER_MAILBOXES: 'a@example.com', IDENTITY_ENDPOINT: 'x' };
    const { storage, identity } = readConfig(environment);
    expect(identity.kind).toBe('managed');
    expect(storage).toMatchObject({ clientId: given['AzureWebJobsStorage__clientId'] });
  });

  test('is all that an event hub needs, where there is one', () => {
    const added = namesIn('var eventSettings = eventSource == null ? {} : {');
    expect(added[0]).toBe('AUDIT_EVENT_HUB');
    const events = Object.fromEntries(added.map((name) => [name, 'audit.example.com']));
    const managed = { ...events, AuditEventHub__credential: 'managedidentity' };
    const least = {
      SENDER_MAILBOXES: 'a@example.com',
      AZURE_CLIENT_ID: 'c',
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    };
    expect(() => readConfig({ ...least, ...managed })).not.toThrow();
    for (const name of added.filter((one) => one !== 'AuditEventHub__credential')) {
      const without = Object.fromEntries(Object.entries(managed).filter(([one]) => one !== name));
      const { AUDIT_EVENT_HUB = '' } = without;
      if (AUDIT_EVENT_HUB)
        expect(() => readConfig({ ...least, ...without }), name).toThrow(name.split('__')[0]);
    }
  });
});

function defaultOf(name: string): unknown {
  return app[name]?.safeParse(undefined).data;
}
