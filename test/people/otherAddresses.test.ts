import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { otherAddresses } from '../../functions/people/otherAddresses.ts';

const now = new Date('2026-11-24T09:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const [home, evil, old] = ['adele@home.example', 'evil@evil.example', 'adele@old.example'];
const person = { mail: 'AdeleV@contoso.example', otherMails: [home] };

describe('other addresses are', () => {
  test('those of the directory, without the mailbox that has its own mail', () => {
    const otherMails = [home, 'adelev@contoso.example', 'no address', ` ${old} `, home];
    expect(otherAddresses({ ...person, otherMails }, [], now)).toEqual([home, old]);
    expect(otherAddresses({ mail: null, otherMails: null }, [], now)).toEqual([]);
  });

  test('never one that was added within a month: the one that it took the place of gets the mail', () => {
    const taken = { at: daysAgo(1), before: [home], after: [evil] };
    expect(otherAddresses({ ...person, otherMails: [evil] }, [taken], now)).toEqual([home]);
    const added = { at: daysAgo(29), before: [], after: [evil] };
    expect(otherAddresses({ ...person, otherMails: [home, evil] }, [added], now)).toEqual([home]);
    const emptied = { at: daysAgo(0), before: [home], after: [] };
    expect(otherAddresses({ ...person, otherMails: [] }, [emptied], now)).toEqual([home]);
  });

  test('trusted once a month has passed', () => {
    const added = { at: daysAgo(31), before: [old], after: [evil] };
    expect(otherAddresses({ ...person, otherMails: [evil] }, [added], now)).toEqual([evil]);
  });

  test('as they were before the first of several changes, in whatever case', () => {
    const changes = [
      { at: daysAgo(1), before: [evil], after: [home.toUpperCase()] },
      { at: daysAgo(3), before: [home], after: [evil] },
    ];
    expect(otherAddresses({ ...person, otherMails: [home] }, changes, now)).toEqual([home]);
  });

  test('the email that was verified before another took its place', () => {
    const email = { at: daysAgo(2), before: [old], after: [evil] };
    expect(otherAddresses(person, [email], now)).toEqual([home, old]);
  });

  test('five at most', () => {
    const otherMails = Array.from({ length: 250 }, (_, index) => `a${index}@home.example`);
    expect(otherAddresses({ ...person, otherMails }, [], now)).toHaveLength(5);
  });

  test('never an address that somebody wrote in within a month, whatever was written in which order', () => {
    const address = fc.constantFrom(home, evil, old, 'x@y.example');
    const list = fc.uniqueArray(address, { maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 29 }), list), { maxLength: 6 }),
        list,
        (steps, first) => {
          const ordered = steps.toSorted(([one], [other]) => other - one);
          let current = first;
          const changes = ordered.map(([days, next], index) => {
            const at = new Date(Date.parse(daysAgo(days)) + index).toISOString();
            const change = { at, before: current, after: next };
            current = next;
            return change;
          });
          const found = otherAddresses({ mail: null, otherMails: current }, changes, now);
          expect(found).toEqual([...first].sort());
        },
      ),
    );
  });
});
