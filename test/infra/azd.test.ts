import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ofType, read, template } from './deployed.ts';

/**
 * What azd takes, from https://github.com/Azure/azure-dev (MIT licence, Microsoft Corporation), file
 * schemas/v1.0/azure.yaml.json at ae35809f496491989273d0edefdeb70f245f399b of 2026-08-21.
 */
const schema = JSON.parse(read('test/infra/azd.schema.json'));
const given = parse(read('azure.yaml'));

describe('azure.yaml', () => {
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  // Schemas of azd's extensions, which our file has no use for.
  const others = new Set(read('test/infra/azd.schema.json').match(/(?<="\$ref": ")https:[^"#]+/g));
  for (const $id of others) ajv.addSchema({ $id });
  const validate = ajv.compile(schema);

  test('is what azd takes, and a misspelt word in it is not', () => {
    expect(validate(given), JSON.stringify(validate.errors, null, 2)).toBe(true);
    const misspelt = { ...given, hooks: { postprovisionn: given.hooks.postprovision } };
    expect(validate(misspelt)).toBe(false);
  });

  test('is found by azd, which builds nothing', () => {
    const [[service, settings] = []] = Object.entries<Record<string, unknown>>(given.services);
    const [site] = ofType('main', 'Microsoft.Web/sites');
    expect(site?.tags?.['azd-service-name']).toBe(service);
    expect(settings).toMatchObject({ dist: 'dist/package', remoteBuild: false });
    // azd refuses to leave a build out where its ignore file leaves node_modules out.
    expect(read('.funcignore')).not.toMatch(/^[^#\n]*node_modules/m);
  });

  test('grants before it deploys, asking once, the same on every system, with what the deployment says', () => {
    expect(Object.keys(given.hooks)).toEqual(['postprovision']);
    const { posix, windows } = given.hooks.postprovision;
    expect(windows.run.replaceAll('$env:', '$')).toBe(posix.run);
    expect(posix.interactive && windows.interactive).toBe(true);
    for (const [, name = ''] of posix.run.matchAll(/\$(\w+)/g)) {
      // azd hands its hooks the outputs of the template, and the subscription.
      if (name !== 'AZURE_SUBSCRIPTION_ID') expect(Object.keys(template.outputs)).toContain(name);
    }
    expect(posix.continueOnError).toBeUndefined();
    expect(posix.run).toMatch(/^npm run grant -- .* --exchange-later$/);
  });
});
