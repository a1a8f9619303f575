import PostalMime from 'postal-mime';
import { compose } from '../../../functions/mail/compose.ts';
import { countedChanges, whatHappened } from '../../../functions/mail/phrases.ts';
import { render } from '../../../functions/mail/render.ts';
import { fill, type Words, wordsFor } from '../../../functions/mail/words.ts';
import type { Action } from '../../../functions/recognise/change.ts';
import { words } from '../../fixtures/words.ts';
import { cases, settings } from '../../mail/cases.ts';
import { actions, methods } from '../../mail/everyChange.ts';

const headers = [
  'from',
  'to',
  'cc',
  'reply-to',
  'subject',
  'message-id',
  'references',
  'date',
  'auto-submitted',
  'x-auto-response-suppress',
  'content-language',
  'mime-version',
  'content-type',
];
const longestHtml = 30_000;
const longestMime = 60_000;

const report = { kind: 'mailbox', address: 'help@contoso.com' } as const;

/** Every tag of the template, attributes and all, as harmless mails of a language have them. */
const tags = new Map<string, ReadonlySet<string>>();
const subjects = new Map<string, readonly RegExp[]>();
for (const language of Object.keys(words)) {
  // With a number to call, and with the desk that stands for one.
  const { supportPhone: _, ...desk } = settings;
  const harmless = Object.values(cases).flatMap((facts) =>
    [facts, { ...facts, reader: 'manager' as const }, { ...facts, englishBelow: true }].flatMap(
      (one) =>
        [settings, desk].map(
          (given) => render(compose({ ...one, language }, { ...given, report })).html,
        ),
    ),
  );
  tags.set(language, new Set(harmless.flatMap(tagsOf)));
  subjects.set(language, subjectsOf(language));
}

/** The label is the subject. */
function tagsOf(html: string): string[] {
  // Parts in base64 keep the line ends of MIME.
  const lines = html.replaceAll('\r\n', '\n').replace(/ ?\baria-label="[^"<>]*"/, '');
  return lines.match(/<[^>]*>?/g) ?? [];
}

/** A pattern of nothing but the text. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A subject is one of a language's events, and the account by what letters an address may have. */
function subjectsOf(language: string): RegExp[] {
  const own: Words = wordsFor(language);
  const single = actions.flatMap((action: Action) =>
    methods.map((method) => whatHappened({ action, method } as never, own)),
  );
  const several = Array.from({ length: 40 }, (_, count) => countedChanges(count, own));
  return [...new Set([...single, ...several, own.bulk.what])].map((what) => {
    // Marks of direction stay out of headers.
    const subject = fill(own.subject, { what, account: '\u0000' }).replace(/[\u2066-\u2069]/g, '');
    const [before = '', after = ''] = subject.split('\u0000');
    return new RegExp(
      `^${literally(before)}[\\p{L}\\p{M}\\p{N}._+'’…-]{1,24}${literally(after)}$`,
      'u',
    );
  });
}

/** Throws an Error that says what of a mail is not as it should be, whatever was in the records. */
export async function inspectMail(mime: Buffer): Promise<void> {
  expectThat(mime.length <= longestMime, `${mime.length} bytes`);
  const head = mime.toString().split('\r\n\r\n', 1)[0] ?? '';
  inspectHead(head);
  const mail = await PostalMime.parse(mime);
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? '';
  const language = header('content-language');
  const isOwn = subjects.get(language)?.some((one) => one.test(mail.subject ?? ''));
  expectThat(isOwn, `subject ${mail.subject}`);
  expectThat(mail.attachments.length === 0, 'an attachment');
  const { html = '', text = '' } = mail;
  expectThat(Buffer.byteLength(html) <= longestHtml, `HTML of ${Buffer.byteLength(html)} bytes`);
  inspectTags(html, language);
  for (const part of [html, text]) inspectText(part, language);
}

function inspectHead(head: string) {
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const names = unfolded.map((line) => /^([A-Za-z-]+): ./.exec(line)?.[1]?.toLowerCase() ?? line);
  const odd = names.find((name, index) => !headers.includes(name) || names.indexOf(name) < index);
  expectThat(odd === undefined, `header ${odd}`);
  // An address may be of any letters; all else is encoded.
  expectThat(!/[^\P{C}\t\r\n]/u.test(head), 'a control character in a header');
  // Recipients are called what the directory calls them, and no client makes links of names.
  const others = unfolded.filter((line) => !/^(to|cc):/i.test(line)).join('\n');
  expectThat(/^[\t\n -~]*$/.test(others), 'a header beyond ASCII');
  expectThat(!/evil|canary/i.test(others), 'words of somebody else in a header');
}

function inspectTags(html: string, language: string) {
  const own = tags.get(language);
  const found = tagsOf(html);
  const links = found.filter((tag) => tag.startsWith('<a '));
  // The report, and the same in English where that stands below.
  expectThat(links.length <= 2, 'a third link');
  // Words of ours may stand in brackets, which an address may hold as they are.
  const report =
    /^<a href="(mailto:help%?\w*@contoso\.com\?subject&#x3D;|https:\/\/contoso\.com\/report\?r&#x3D;)[\w%.&#;()-]*" style="color:#0b4680">$/;
  for (const link of links) expectThat(report.test(link), `link ${link}`);
  const odd = found.find((tag) => !links.includes(tag) && !own?.has(tag));
  expectThat(odd === undefined, `tag ${odd}`);
  for (const name of ['table', 'tr', 'th', 'td', 'div', 'p', 'h1', 'h2', 'ol', 'li']) {
    const opened = html.match(new RegExp(`<${name}[\\s>]`, 'g'))?.length;
    const closed = html.match(new RegExp(`</${name}>`, 'g'))?.length;
    expectThat(opened === closed, `${name}: ${opened} opened and ${closed} closed`);
  }
  expectThat(html.match(/<h1/g)?.length === 1, 'not one heading');
}

/** Isolates keep the order of values in languages that run from right to left. */
const isolates = /[\u2068\u2069]/gu;

function inspectText(part: string, language: string) {
  // An address that is one stays whole: at worst a client makes a mailto of it.
  const others = part.replace(/[^\s\p{C}<>()[\]\\,;:"@]{1,64}@evil\.example/giu, '');
  const link = /evil[.\u3002\uFF0E\uFF61]example|[^\u2060]@evil|:\/\/evil/iu.exec(others);
  expectThat(!link, `link ${link}`);
  const direction = wordsFor(language).direction;
  const own = direction === 'rtl' ? part.replace(isolates, '') : part;
  const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u.exec(own.replace(/\r?\n|\u2060/g, ''));
  expectThat(!hidden, `U+${hidden?.[0].codePointAt(0)?.toString(16)} in ${language}`);
  const [opened, closed] = ['\u2068', '\u2069'].map((mark) => part.split(mark).length);
  expectThat(opened === closed, 'an isolate that is not closed');
}

function expectThat(holds: boolean | undefined, what: string): asserts holds {
  if (!holds) throw new Error(`The mail has ${what}`);
}
