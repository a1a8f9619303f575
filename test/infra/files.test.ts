import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bicepFiles, bracketed, code, interfaceOf, read, root, typeIn } from './bicep.ts';

const everything = bicepFiles.map(code).join('\n');
const main = 'infra/main.bicep';

describe('the files of Bicep', () => {
  test('are those that there are', () => {
    expect(bicepFiles.map((file) => file.slice('infra/'.length))).toEqual([
      'app.bicep',
      'events.bicep',
      'main.bicep',
      'main.bicepparam',
      'monitoring.bicep',
      'network.bicep',
      'settings.bicep',
      'storage.bicep',
    ]);
  });

  test('close every bracket and every string', () => {
    for (const file of bicepFiles) {
      const text = code(file);
      expect(bracketed(`{${text}}`, 0), file).toBe(text);
      for (const line of text.split('\n')) {
        const quotes = line.replace(/\\./g, '').split("'").length - 1;
        expect(quotes % 2, `${file}: ${line}`).toBe(0);
      }
    }
  });

  test('refer to files that exist', () => {
    const pattern = /(?:^module \w+|from|using|load\w+\() ?'([^']+)'/gm;
    for (const file of bicepFiles) {
      for (const [, path = ''] of code(file).matchAll(pattern)) {
        expect(existsSync(join(root, 'infra', path)), `${file}: ${path}`).toBe(true);
      }
    }
  });

  test('say what each parameter, output and property of a type means', () => {
    const declared = [
      ...bicepFiles.flatMap((file) => interfaceOf(file).map((one) => ({ file, ...one }))),
      ...typeIn('infra/monitoring.bicep', 'Alert'),
      ...typeIn('infra/app.bicep', 'AlwaysReady'),
    ].filter(({ type }) => type !== '');
    expect(declared.length).toBeGreaterThan(40);
    expect(declared.filter(({ description }) => !description)).toEqual([]);
  });

  test('use every parameter and variable', () => {
    for (const file of bicepFiles.filter((name) => name.endsWith('.bicep'))) {
      for (const [, name] of code(file).matchAll(/^(?:param|var) (\w+)/gm)) {
        const uses = code(file).match(new RegExp(`\\b${name}\\b`, 'g')) ?? [];
        expect(uses.length, `${file}: ${name}`).toBeGreaterThan(1);
      }
    }
  });

  test('give modules exactly the parameters that they ask for', () => {
    const text = code(main);
    for (const [whole, path = ''] of text.matchAll(/^module \w+ '([^']+)' = [^{]*\{/gm)) {
      const body = bracketed(text, text.indexOf(whole) + whole.length - 1);
      const given = bracketed(body, body.indexOf('{')).matchAll(/^ {4}(\w+):/gm);
      const asked = [...code(`infra/${path}`).matchAll(/^param (\w+)/gm)];
      const names = (found: Iterable<RegExpMatchArray>) =>
        [...found].map(([, name]) => name).sort();
      expect(names(given), path).toEqual(names(asked));
    }
  });

  test('set parameters that there are', () => {
    const there = interfaceOf(main).map(({ name }) => name);
    const set = read('infra/main.bicepparam').matchAll(/^(?:\/\/ )?param (\w+)/gm);
    for (const [, name] of set) expect(there).toContain(name);
  });
});

describe('what is deployed', () => {
  test('gets the least roles, and no others', () => {
    const guids = everything.match(/'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'/g) ?? [];
    expect(guids.sort()).toEqual([
      "'0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'", // Storage Table Data Contributor
      "'3913510d-42f4-4e42-8a64-420c390055eb'", // Monitoring Metrics Publisher
      "'974c5e8b-45b9-4653-ba55-5f855dd0fb88'", // Storage Queue Data Contributor
      "'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'", // Azure Event Hubs Data Receiver
      "'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'", // Storage Blob Data Owner
    ]);
  });

  test('has no key, and no address of one cloud', () => {
    const text = `${everything}\n${read('infra/workbook.json')}`.replaceAll(
      /APPLICATIONINSIGHTS_CONNECTION_STRING: insights\.properties\.ConnectionString/g,
      '',
    );
    expect(text).not.toMatch(/list\w*Keys|AccountKey|SharedAccess|\bsas\b|connection_?string/i);
    expect(text).not.toMatch(/windows\.net|management\.azure\.com|password|InstrumentationKey/i);
  });

  test('lets nobody in by a key', () => {
    for (const line of [
      'allowSharedKeyAccess: false',
      'allowBlobPublicAccess: false',
      "minimumTlsVersion: 'TLS1_2'",
      'DisableLocalAuth: true',
      'allow: false',
    ]) {
      expect(everything).toContain(line);
    }
  });

  test('lets Entra alone send to the event hub by a key, since it has no other way', () => {
    const open = bicepFiles.filter((file) => /disableLocalAuth: false/.test(code(file)));
    expect(open).toEqual(['infra/events.bicep']);
    expect(code('infra/events.bicep').match(/'authorizationRules'/g)).toHaveLength(1);
  });

  test('runs on the Node that the app is built and tested with', () => {
    const [, version] = /runtime: \{[^}]*version: '(\d+)'/.exec(everything) ?? [];
    expect(process.version).toMatch(`v${version}.`);
  });

  test('is found by azd', () => {
    const yaml = read('azure.yaml');
    const [, service] = /^services:\n {2}(\w+):/m.exec(yaml) ?? [];
    expect(everything).toContain(`'azd-service-name': '${service}'`);
    // azd refuses to leave a build out where its ignore file leaves node_modules out.
    expect(yaml).toMatch(/^ {4}dist: dist\/package\n {4}remoteBuild: false$/m);
    expect(read('.funcignore')).not.toMatch(/^[^#\n]*node_modules/m);
    const outputs = interfaceOf(main).map(({ name }) => name);
    for (const [, name] of yaml.matchAll(/\$(?:env:)?(\w+)\b(?! *=)/g)) {
      if (name !== 'schema') expect(outputs).toContain(name);
    }
  });
});
