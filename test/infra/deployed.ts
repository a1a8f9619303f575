import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
export const read = (file: string) => readFileSync(join(root, file), 'utf8');

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of resource has a shape of its own.
  readonly properties?: any;
  readonly tags?: Readonly<Record<string, string>>;
  readonly kind?: string;
  readonly location?: string;
  readonly sku?: { readonly name: string };
  readonly identity?: { readonly type: string; readonly userAssignedIdentities: object };
}

interface Snapshot {
  readonly predictedResources: readonly Resource[];
  readonly diagnostics: readonly unknown[];
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly outputs: Readonly<Record<string, any>>;
}

/** What a parameter file would deploy, as `npm run azure` had the compiler evaluate it. */
const load = (file: string) => ({ file, ...(JSON.parse(read(file)) as Snapshot) });

const files = globSync('{infra,test/infra/examples}/*.snapshot.json', { cwd: root }).sort();
export const snapshots = files.map((file) => load(file.replaceAll('\\', '/')));

/** One of them: `main`, `everything`, `private`, `events` or `settings`. */
export function example(name: string) {
  const found = snapshots.find(({ file }) => file.endsWith(`/${name}.snapshot.json`));
  if (!found) throw new Error(`there is no snapshot ${name}`);
  return found;
}

/** Its resources of one type. */
export const ofType = (name: string, type: string) =>
  example(name).predictedResources.filter((one) => one.type === type);

/**
 * The settings of the site as they arrive, by name. The compiler can't know what Azure answers: such a
 * value is the expression that asks for it.
 */
export function siteSettings(name: string): Map<string, string> {
  const [site] = ofType(name, 'Microsoft.Web/sites');
  const pairs: { name: string; value: string }[] = site?.properties.siteConfig.appSettings;
  return new Map(pairs.map((one) => [one.name, one.value]));
}

/** A type, a parameter or an output of the compiled template. */
export interface Declared {
  readonly type?: string;
  readonly nullable?: boolean;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly allowedValues?: readonly string[];
  readonly $ref?: string;
  readonly metadata?: { readonly description?: string };
  readonly properties?: Readonly<Record<string, Declared>>;
}

/** The template as the portal takes it. */
export const template = JSON.parse(read('infra/azuredeploy.json')) as {
  readonly definitions: Readonly<Record<string, Declared>>;
  readonly parameters: Readonly<Record<string, Declared>>;
  readonly outputs: Readonly<Record<string, Declared>>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly resources: Readonly<Record<string, any>>;
};

/** A resource, and those of the modules in it. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
function nested(resource: any): any[] {
  return [
    resource,
    ...Object.values(resource.properties?.template?.resources ?? {}).flatMap(nested),
  ];
}

/** Every resource of the compiled template, with those of its modules. */
export const templateResources = Object.values(template.resources).flatMap(nested);
