import { type Config, readConfig } from '../../functions/config/config.ts';
import type { GroupSettings } from '../../functions/intake/group.ts';
import { normalise } from '../../functions/recognise/normalise.ts';
import type { RecognitionRules } from '../../functions/recognise/recognise.ts';
import { contosoSenders } from '../graph/contoso.ts';

/** Contoso's settings, read as the app reads them. Throws `ConfigError` if they are wrong. */
export const settingsFor = (language: string): Config =>
  readConfig({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    GRAPH_BASE_URL: 'http://localhost',
    SENDER_MAILBOXES: contosoSenders.join(),
    ORGANIZATION_NAME: 'Contoso',
    SUPPORT_PHONE: '+1 555 0100',
    SUPPORT_EMAIL: 'security@contoso.example',
    SECURITY_COPY: 'soc@contoso.example',
    EXTRA_ACTIVITIES: 'Register device,Add registered owner to device',
    DEFAULT_LANGUAGE: language,
    DEFAULT_TIME_ZONE: 'Europe/Berlin',
  });

/** What the settings mean for recognition. */
export const rulesOf = (config: Config): RecognitionRules => ({
  muted: new Set(config.MUTED_ACTIVITIES.map(normalise)),
  extra: new Set(config.EXTRA_ACTIVITIES.map(normalise)),
});

/** What they mean for grouping, of an app that has run for long. */
export const groupingOf = (config: Config): GroupSettings => ({
  settleSeconds: config.SETTLE_SECONDS,
  maxAgeHours: config.MAX_NOTIFY_AGE_HOURS,
  startedAt: '2026-01-01T00:00:00Z',
});
