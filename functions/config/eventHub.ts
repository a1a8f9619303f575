import { setting, Wrong } from './parsers.ts';

/** Begins the names of the settings with which the Functions host reaches the event hub. */
export const connectionName = 'AuditEventHub';

/** Name of the event hub that Entra sends its audit log to; empty: none. */
export const eventHub = setting('', (value) => {
  // Source: Azure docs, "Naming rules and restrictions for Azure resources".
  if (value === '' || /^[a-z0-9]([a-z0-9._-]{0,254}[a-z0-9])?$/i.test(value)) return value;
  const shown = JSON.stringify(value.slice(0, 80));
  return new Wrong(`is ${shown}. Give the name of the event hub alone, such as audit-logs`);
});

/** With another door open the poll is a safety net; an alert wants one in a quarter of an hour. */
const slowPoll = '0 */10 * * * *';

type Given = Readonly<Record<string, string | undefined>>;

const isSet = (environment: Given, name: string) => Boolean(environment[name]?.trim());

/** The settings, with the defaults that an event hub brings along. */
export function withEventHubDefaults(environment: Given): Given {
  const polled = !isSet(environment, 'AUDIT_EVENT_HUB') || isSet(environment, 'POLL_SCHEDULE');
  return polled ? environment : { ...environment, POLL_SCHEDULE: slowPoll };
}

/**
 * What is wrong with the connection that AUDIT_EVENT_HUB needs; undefined where nothing is. The host
 * reads it, not the app. Its value is never part of a message: it may hold a key. Source: Azure
 * Functions docs, "Azure Event Hubs trigger", identity-based connections.
 */
export function eventHubProblem(
  environment: Given,
): { readonly setting: string; readonly problem: string } | undefined {
  if (!isSet(environment, 'AUDIT_EVENT_HUB')) return undefined;
  const part = (suffix: string) => `${connectionName}__${suffix}`;
  const namespace = part('fullyQualifiedNamespace');
  if (!isSet(environment, namespace)) {
    if (isSet(environment, connectionName)) return undefined;
    const fix = `Give ${namespace}, ${part('credential')} and ${part('clientId')}, or a connection string; deploy with the parameter eventHub, which sets them; or take AUDIT_EVENT_HUB out: the poll reads the same`;
    return { setting: connectionName, problem: `is missing, and AUDIT_EVENT_HUB needs it. ${fix}` };
  }
  if (!/^[a-z0-9.-]+$/i.test(environment[namespace]?.trim() ?? '')) {
    const fix = 'Give the name of its host alone, without sb:// before it';
    return { setting: namespace, problem: `is not the host of a namespace. ${fix}` };
  }
  const managed = environment[part('credential')]?.trim().toLowerCase() === 'managedidentity';
  if (!managed || isSet(environment, part('clientId'))) return undefined;
  const fix = 'Give the client id of the managed identity that may read the event hub';
  return { setting: part('clientId'), problem: `is missing. ${fix}` };
}
