import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listed } from '../../cli/rehearse/listed.ts';
import { rehearsalPage } from '../../cli/rehearse/page.ts';
import { namedLines, printed } from '../../cli/rehearse/printed.ts';
import { reportOn } from '../../cli/rehearse/report.ts';
import { sectionsOf } from '../../cli/rehearse/sections.ts';
import { writePrivately } from '../../cli/writePrivately.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { World } from '../integration/world.ts';
import { rehearsed } from './rehearsed.ts';

let azurite: Azurite;
let world: World | undefined;
const folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(async () => {
  await world?.close();
  world = undefined;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await azurite.stop();
});

const hostile = '"><script>alert(1)</script>';

async function hostileWorld() {
  world = await World.open(azurite);
  world.simulator.directory.patch('AdeleV@contoso.example', {
    displayName: hostile,
    mail: 'o\'"<b>@contoso.example'.replace(/["<>]/g, ''),
  });
  world.append('AdeleV');
  world.append('AlexW', { activity: `${hostile}\u001b[31m\nred`, reason: 'Face Profile' });
  world.advance(120);
  return world;
}

describe('the result', () => {
  test('is a report without names, unless they are asked for', async () => {
    const rehearsal = await rehearsed(await hostileWorld());
    const report = reportOn(rehearsal);
    for (const text of [JSON.stringify(report), printed(report)]) {
      expect(text).not.toMatch(/@|Adele|Alex|Miriam/);
    }
    const names = JSON.stringify(listed(rehearsal.mails));
    expect(names).toContain('AlexW@contoso.example');
    expect(names).toContain('MiriamG@contoso.example');
    expect(namedLines(rehearsal.mails)).toContain('cc MiriamG@contoso.example');
  });

  test('has a shape that other programs may rely on', async () => {
    const report = reportOn(await rehearsed(await hostileWorld()));
    expect(shapeOf(report)).toMatchInlineSnapshot(`
      {
        "activities": [
          {
            "activity": "string",
            "means": [
              "string",
            ],
            "merged": "number",
            "notTold": "number",
            "rows": "number",
            "told": "number",
          },
        ],
        "bulk": [],
        "changes": [
          {
            "action": "string",
            "method": "string",
            "told": "number",
            "what": "string",
          },
        ],
        "denied": [],
        "leftOutRows": "number",
        "load": {
          "busiest": {
            "mails": "number",
            "minute": "string",
          },
          "days": [
            {
              "day": "string",
              "mails": "number",
            },
          ],
          "longestWaitSeconds": "number",
          "mostPerMinute": "number",
          "senders": "null",
        },
        "mails": {
          "languages": [
            {
              "count": "number",
              "what": "string",
            },
          ],
          "managerInCopy": "number",
          "managers": "number",
          "outcomes": [
            {
              "count": "number",
              "what": "string",
            },
          ],
          "people": "number",
          "securityInCopy": "number",
          "sent": "number",
          "toManagerOnly": "number",
          "toSecurityOnly": "number",
          "toUser": "number",
          "urgent": "number",
        },
        "notTold": [],
        "notToldRows": [],
        "period": {
          "firstRow": "string",
          "from": "string",
          "to": "string",
        },
        "pilot": "null",
        "remarks": [
          {
            "fix": "string",
            "look": "boolean",
            "says": "string",
          },
        ],
        "rows": {
          "merged": "number",
          "notTold": "number",
          "read": "number",
          "told": "number",
          "unparsable": "number",
        },
        "unknown": [
          {
            "activity": "string",
            "rows": "number",
            "service": "string",
          },
        ],
        "version": "number",
        "wave": "null",
      }
    `);
  });

  test('lets no text of the log steer a terminal', async () => {
    const text = printed(reportOn(await rehearsed(await hostileWorld())));
    expect(text).toContain('[31m red');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('is a page on which every text is escaped, and which loads nothing', async () => {
    const rehearsal = await rehearsed(await hostileWorld());
    const page = rehearsalPage(rehearsal, reportOn(rehearsal));
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toContain('alert(1)</script>');
    expect(page).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/<(img|script|link|iframe)[^>]* (src|href)="(?!data:)/);
    expect(page).toContain(`content="default-src &#39;none&#39;;`);
    expect(page.match(/<iframe sandbox="" /g)).toHaveLength(rehearsal.mails.length);
    expect(page).toContain('o&#39;b@contoso.example');
  });

  test('counts one as one', async () => {
    world = await World.open(azurite);
    world.append('AdeleV');
    world.advance(120);
    const rehearsal = await rehearsed(world);
    const page = rehearsalPage(rehearsal, reportOn(rehearsal));
    expect(page).toContain('>1 mail</p>');
    expect(page).toMatch(/Of 1 row, mails tell of 1; 0 say the same again; 0 are not told\./);
    world.append('AdeleV', { activity: 'User started security info registration' });
    const printed = sectionsOf(reportOn(await rehearsed(world))).map(({ note }) => note);
    expect(printed.join()).toContain('0 say the same again; 1 is not told.');
  });

  test('is a page with the first mails of each kind, which says how many are left out', async () => {
    world = await World.open(azurite);
    for (let time = 0; time < 5; time += 1) {
      world.append('AdeleV');
      world.advance(300);
    }
    world.append('AlexW', { reason: 'User registered Email' });
    world.advance(120);
    const rehearsal = await rehearsed(world, {}, 2);
    const page = rehearsalPage(rehearsal, reportOn(rehearsal));
    expect(page.match(/<iframe /g)).toHaveLength(3);
    expect(page).toContain('3 of 6');
    const whole = await rehearsed(world, {}, 5);
    expect(rehearsalPage(whole, reportOn(whole))).not.toContain('are here:');
  });

  test('is written so that nobody else on this machine may read it', () => {
    const file = join(folder, 'deep', 'page.html');
    writePrivately(file, 'one');
    expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([0o600, 'one']);
    const open = join(folder, 'open.html');
    writeFileSync(open, 'a much longer text of before', { mode: 0o644 });
    writePrivately(open, 'two');
    expect([statSync(open).mode & 0o777, readFileSync(open, 'utf8')]).toEqual([0o600, 'two']);
    expect(() => writePrivately(folder, 'three')).toThrow(/it is a folder \(EISDIR\)/);
  });
});

/** Names and types, without values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [shapeOf(value[0])] : [];
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]));
}
