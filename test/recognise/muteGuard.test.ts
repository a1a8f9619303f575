import { expect, test } from 'vitest';
import { checkedConfig } from '../../functions/checkedConfig.ts';
import { ConfigError } from '../../functions/config/config.ts';
import { dangerousMutes } from '../../functions/recognise/muteGuard.ts';

test.each([
  ['User registered security info', true],
  [' user REGISTERED security info. ', true],
  ['Admin deleted security info', true],
  ['Add Passkey (device-bound)', true],
  ['Update user', true],
  ['Reset user password', true],
  ['Disable Strong Authentication', true],
  ['Reset password (self-service)', false],
  ['Change user password', false],
  ['Unlock user account (self-service)', false],
  ['User changed default security info', false],
  ['User enrolled hoverboard', false],
])('muting "%s" hides that a method was added, removed or reset: %s', (activity, dangerous) => {
  expect(dangerousMutes([activity])).toEqual(dangerous ? [activity] : []);
});

test('the app refuses to start with such a mute, unless a second setting says so', () => {
  const settings = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    GRAPH_BASE_URL: 'http://localhost:1',
    SENDER_MAILBOXES: 'security@contoso.example',
    MUTED_ACTIVITIES: 'Unlock user account (self-service), User registered security info',
  };
  expect(() => checkedConfig(settings)).toThrow(ConfigError);
  // With whatever else is wrong: who mends one would start in vain for the other.
  expect(() => checkedConfig({ ...settings, SENDER_MAILBOXES: '' })).toThrow(
    /^2 setting\(s\).*SENDER_MAILBOXES: is missing.*MUTED_ACTIVITIES: names/s,
  );
  expect(() => checkedConfig(settings)).toThrow(
    /User registered security info.*MUTE_METHOD_CHANGES/,
  );
  const meant = { ...settings, MUTE_METHOD_CHANGES: 'true' };
  expect(checkedConfig(meant).MUTED_ACTIVITIES).toHaveLength(2);
});
