import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { compose } from '../../functions/mail/compose.ts';
import { buildMime, flowed, type Message } from '../../functions/mail/mime.ts';
import { render, write } from '../../functions/mail/render.ts';
import { cases, settings } from './cases.ts';

const message = (parts: Partial<Message> = {}): Message => ({
  from: { name: 'Contoso Security', address: 'security@contoso.com' },
  to: [{ name: 'Adele Vance', address: 'adelev@contoso.com' }],
  cc: [{ name: 'Miriam Graham', address: 'miriamg@contoso.com' }],
  replyTo: 'helpdesk@contoso.com',
  messageId: '<3f9a61c0d2@contoso.com>',
  date: new Date('2026-11-24T03:05:03Z'),
  mail: render(compose(cases['passkey-by-self'], settings)),
  language: 'en',
  ...parts,
});

const unfold = (text: string | undefined): string =>
  (text ?? '').replaceAll('\r\n', '\n').trimEnd();

const headersOf = (raw: Buffer): string => raw.toString('utf8').split('\r\n\r\n', 1)[0] ?? '';

describe('a message', () => {
  it('says in its two parts what was rendered, text first, and holds nothing else', async () => {
    const sent = message();
    const raw = await buildMime(sent);
    const read = await PostalMime.parse(raw);
    expect(read.subject).toBe(sent.mail.subject);
    expect(unfold(read.html)).toBe(sent.mail.html.trimEnd());
    expect(unfold(read.text).replaceAll(' \n', ' ')).toBe(sent.mail.text.trimEnd());
    expect(read.attachments).toEqual([]);
    expect(read.to).toEqual([{ name: 'Adele Vance', address: 'adelev@contoso.com' }]);
    expect(read.cc).toEqual([{ name: 'Miriam Graham', address: 'miriamg@contoso.com' }]);
    expect(read.messageId).toBe('<3f9a61c0d2@contoso.com>');
    expect(raw.indexOf('text/plain')).toBeLessThan(raw.indexOf('text/html'));
    expect(
      raw
        .toString('utf8')
        .split('\r\n')
        .every((line) => line.length <= 78),
    ).toBe(true);
  });

  it('flows: lines of at most 72 columns, of which a space says that they go on', async () => {
    const long = `${'word '.repeat(40).trim()}\n> no quotation\nFrom here\n`;
    const text = flowed(long);
    expect(text.split('\n').every((line) => line.length <= 73)).toBe(true);
    expect(text).toContain(' > no quotation\n From here');
    expect(text.replace(/ \n/g, ' ').replace(/^ /gm, '')).toBe(long);
    expect(flowed('日本語'.repeat(60))).toBe('日本語'.repeat(60));
    const raw = String(await buildMime(message()));
    expect(raw).toMatch(/Content-Type: text\/plain; charset=utf-8; format=flowed/i);
  });

  it('holds no text that reads as encoded, which mail programs decode, in quotes too', async () => {
    // "Adele" behind a right-to-left override, which nothing may carry.
    const hidden = '=?UTF-8?B?4oCuQWRlbGU=?=';
    const raw = await buildMime(
      message({
        from: { name: hidden, address: 'security@contoso.com' },
        to: [{ name: `${hidden} Vance`, address: 'adelev@contoso.com' }],
        mail: { ...message().mail, subject: `Contoso ${hidden}: a passkey was added` },
      }),
    );
    expect(headersOf(raw)).not.toContain('=?');
    const { subject, from, to } = await PostalMime.parse(raw);
    expect([subject, from?.name, to?.[0]?.name].join()).not.toMatch(/Adele/);
  });

  it('decodes to CRLF where it is base64, too', async () => {
    const { mail } = message();
    const foreign = { ...mail, html: mail.html.replace(/[a-z]/g, 'א'), text: 'א\nב\n' };
    const raw = String(await buildMime(message({ mail: foreign })));
    const parts = raw.split(/Content-Transfer-Encoding: base64\r\n(?:[^\r\n]+\r\n)*\r\n/i).slice(1);
    expect(parts).toHaveLength(2);
    for (const part of parts) {
      const decoded = Buffer.from(part.split('\r\n--')[0] ?? '', 'base64').toString();
      expect(decoded).not.toMatch(/(?<!\r)\n/);
    }
  });

  it('shows the security team to nobody where it is to be hidden', async () => {
    const bcc = [{ address: 'soc@contoso.com' }];
    const headers = headersOf(await buildMime(message({ bcc })));
    expect(headers).toMatch(/^Bcc: soc@contoso\.com$/m);
    expect(headers).not.toMatch(/^(to|cc): .*soc@/im);
    expect(headersOf(await buildMime(message()))).not.toMatch(/^bcc:/im);
  });

  it('is the same bytes every time', async () => {
    expect(await buildMime(message())).toEqual(await buildMime(message()));
  });

  it('is a link of the thread of its account, if it has one', async () => {
    const thread = '<account.1@contoso.com>';
    expect((await PostalMime.parse(await buildMime(message({ thread })))).references).toBe(thread);
    expect(headersOf(await buildMime(message()))).not.toMatch(/^(references|in-reply-to):/im);
  });

  it('carries the logo inside, and never from elsewhere', async () => {
    const logo = {
      content: Buffer.from('89504e470d0a1a0a00', 'hex'),
      contentType: 'image/png',
    } as const;
    const mail = write(cases['passkey-by-self'], { ...settings, logo });
    const read = await PostalMime.parse(await buildMime(message({ mail })));
    expect(read.html).toContain('<img class="logo" src="cid:logo" alt=""');
    expect(read.html).not.toMatch(/src="(?!cid:logo")/);
    expect(read.attachments).toMatchObject([
      { contentId: '<logo>', mimeType: 'image/png', disposition: 'inline', related: true },
    ]);
    expect(read.text).toBe((await PostalMime.parse(await buildMime(message()))).text);
  });

  it('is written in whichever way is shorter', async () => {
    const { mail } = message();
    const foreign = { ...mail, html: mail.html.replace(/[a-z]/g, 'א'), text: 'א' };
    expect(String(await buildMime(message()))).toMatch(/encoding: quoted-printable/i);
    expect(String(await buildMime(message({ mail: foreign })))).toMatch(/encoding: base64/i);
    const read = await PostalMime.parse(await buildMime(message({ mail: foreign })));
    expect(unfold(read.html)).toBe(foreign.html.trimEnd());
  });

  it('leaves out a copy that there is none of', async () => {
    const { replyTo: _, ...rest } = message({ cc: [] });
    const headers = headersOf(await buildMime(rest));
    expect(headers).not.toMatch(/^(cc|reply-to):/im);
  });

  it.each([
    'Adele\r\nBcc: everyone@evil.example',
    'Adele\u0000\u2028X-Evil: 1',
    '"Adele" <evil@evil.example>, other@evil.example',
    'Zoë\r\n\r\n<script>',
    '\u202Elivetaed\u200B',
  ])('keeps a name inside its header: %j', async (name) => {
    const raw = await buildMime(message({ to: [{ name, address: 'adelev@contoso.com' }] }));
    const read = await PostalMime.parse(raw);
    expect(read.to?.map(({ address }) => address)).toEqual(['adelev@contoso.com']);
    expect(read.to?.[0]?.name ?? '').not.toMatch(/[\p{Cc}\u2028\u202E\u200B]/u);
    expect(read.bcc ?? []).toEqual([]);
    expect(headersOf(raw)).not.toMatch(/^(bcc|x-evil):/im);
  });

  it('keeps the space that must not break in a subject, as before a French colon', async () => {
    const mail = { ...message().mail, subject: 'Clé d’accès ajoutée\u00a0: AdeleV' };
    const { subject } = await PostalMime.parse(await buildMime(message({ mail })));
    expect(subject).toBe(mail.subject);
  });

  it('caps a subject as a whole, whatever spaces it has', async () => {
    const mail = { ...message().mail, subject: Array(30).fill('x'.repeat(50)).join('\u00a0') };
    const { subject = '' } = await PostalMime.parse(await buildMime(message({ mail })));
    expect(subject).toHaveLength(200);
    expect(subject).toMatch(/…$/);
  });

  it('keeps line breaks out of the subject', async () => {
    const mail = { ...message().mail, subject: 'Security info\r\nBcc: x@evil.example' };
    const read = await PostalMime.parse(await buildMime(message({ mail })));
    expect(read.subject).toBe('Security info Bcc: x@evil.example');
    expect(read.bcc ?? []).toEqual([]);
  });

  it.each(['', 'adele', 'a@b@c', 'a b@contoso.com', 'a@contoso.com\r\nBcc: x@y.z', 'a@b,c@d'])(
    'refuses an address that is none: %j',
    async (address) => {
      await expect(buildMime(message({ cc: [{ address }] }))).rejects.toThrow(RangeError);
    },
  );
});
