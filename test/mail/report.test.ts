import { describe, expect, it } from 'vitest';
import { addressIn } from '../../functions/config/parsers.ts';
import { reportLink } from '../../functions/mail/report.ts';
import { wordsFor } from '../../functions/mail/words.ts';
import { write } from '../../functions/mail/write.ts';
import { cases, settings } from './cases.ts';

const words = wordsFor('en');
const facts = { reference: '7F3K-9Q2M' };
const page = 'https://help.contoso.com/report?a=1&ref={reference}#{reference}';

describe('a report', () => {
  it('is a mail that is written already, with the reference in subject and body', () => {
    const report = { kind: 'mailbox', address: 'it+security@contoso.com' } as const;
    const { href, link, text } = reportLink(facts, { report }, words);
    expect(text).toBe('Or report it by mail:');
    expect(link).toBe('it+security@contoso.com');
    const url = new URL(href);
    expect(url.protocol).toBe('mailto:');
    expect(decodeURIComponent(url.pathname)).toBe('it+security@contoso.com');
    expect(url.searchParams.get('subject')).toBe('Security info not recognized: 7F3K-9Q2M');
    expect(url.searchParams.get('body')).toContain('7F3K-9Q2M');
    expect([...url.searchParams.keys()]).toEqual(['subject', 'body']);
  });

  it('is a page where there is one, with the reference wherever it is asked for', () => {
    const { href, link } = reportLink(facts, { report: { kind: 'page', url: page } }, words);
    expect(href).toBe('https://help.contoso.com/report?a=1&ref=7F3K-9Q2M#7F3K-9Q2M');
    expect(link).toBe(href);
  });

  it('is not spoken of where there is no way to make one', () => {
    expect(reportLink(facts, {}, words)).toEqual({ text: '', link: '', href: '' });
  });

  it('is the only link of a mail, in its first step, and stands in its text', () => {
    for (const report of [{ kind: 'page', url: page } as const, undefined]) {
      const { html, text } = write(cases['passkey-by-self'], {
        ...settings,
        ...(report && { report }),
      });
      const links = html.match(/<a\b[^>]*>/g) ?? [];
      expect(links).toHaveLength(report ? 1 : 0);
      expect(text.includes('Or report it on this page: https://help.contoso.com/report')).toBe(
        !!report,
      );
      if (report) expect(links[0]).toContain('ref&#x3D;7F3K-9Q2M');
      expect(html).not.toMatch(/it was me|confirm|dismiss/i);
    }
  });
});

describe('the mailbox in a support contact', () => {
  it.each([
    ['helpdesk@contoso.com', 'helpdesk@contoso.com'],
    ['+49 30 5550 100 or helpdesk@contoso.com.', 'helpdesk@contoso.com'],
    ['Help desk <helpdesk@contoso.com>, 24 h', 'helpdesk@contoso.com'],
    ['+49 30 5550 100 (help desk)', undefined],
    ['ask @helpdesk', undefined],
    ['call us@8am', undefined],
    ['社内ヘルプデスク（helpdesk@contoso.com）', 'helpdesk@contoso.com'],
    ['„helpdesk@contoso.com“/+49 30 5550 100', 'helpdesk@contoso.com'],
  ])('%s is %s', (text, address) => {
    expect(addressIn(text)).toBe(address);
  });
});
