import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { compose } from '../../functions/mail/compose.ts';
import type { MailFacts } from '../../functions/mail/facts.ts';
import { render } from '../../functions/mail/render.ts';
import type { MailView } from '../../functions/mail/view.ts';
import { cases, mailFacts, settings } from './cases.ts';
import { everyChange } from './everyChange.ts';

const view = (facts: MailFacts): MailView => compose(facts, settings);

/** What the HTML says to a reader: without head, hidden preheader, tags and entities. */
function spoken(html: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#x27;': "'",
    '&#x60;': '`',
    '&#x3D;': '=',
    '&nbsp;': ' ',
  };
  return html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<div[^>]*display:\s?none.*?<\/div>/s, '')
    .replace(/<[^>]+>/g, '\n')
    .replace(/&#?\w+;/g, (entity) => entities[entity] ?? entity);
}

const linesOf = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || []);

describe('HTML and text', () => {
  it('say the same, for every method, action and initiator, to both readers', {
    timeout: 30_000,
  }, () => {
    for (const change of everyChange) {
      for (const reader of ['user', 'manager', 'security'] as const) {
        const { html, text } = render(view(mailFacts([change], { reader })));
        // The text ends its labels with a colon and writes the numbers that HTML leaves to the list.
        const ours = linesOf(text).map((line) => line.replace(/^\d\. |:$/g, ''));
        expect(linesOf(spoken(html))).toEqual(ours);
      }
    }
  });

  it.each(Object.entries(cases))('show every fact of the view: %s', (_, facts) => {
    const shown = view(facts);
    const { html, text } = render(shown);
    const rows = shown.tables.flatMap(({ heading, rows }) => [
      heading,
      ...rows.flatMap(({ label, lines }) => [label, ...lines]),
    ]);
    for (const fact of [shown.headline, shown.summary, shown.late, shown.note.text, ...rows]) {
      expect(spoken(html)).toContain(fact);
      expect(text).toContain(fact);
    }
  });

  it.each(Object.entries(cases))('are as last reviewed: %s', async (name, facts) => {
    const { html, text } = render(view(facts));
    await expect(html).toMatchFileSnapshot(`../golden/${name}.html`);
    await expect(text).toMatchFileSnapshot(`../golden/${name}.txt`);
  });
});

describe('the HTML', () => {
  it('escapes what people call themselves and their keys', () => {
    const { html } = render(view(cases['hostile-names']));
    const markup = html.replace(/<!--.*?-->/gs, '');
    expect(markup).not.toMatch(/<script|<img|onerror=/i);
    expect(markup).toContain('&lt;script&gt;');
    expect(markup).toContain('&quot;&gt;&lt;img onerror&#x3D;alert(1)&gt;');
  });

  it('escapes the organisation’s own words, in attributes, too', () => {
    const { html } = render(
      compose(cases['passkey-by-self'], { ...settings, organizationName: 'A "B" <i>&' }),
    );
    expect(html).toContain('A &quot;B&quot; &lt;i&gt;&amp;');
    expect(html).not.toContain('<i>');
  });

  it('fetches nothing, links to nothing, and runs nothing', () => {
    for (const facts of Object.values(cases)) {
      const { html } = render(view(facts));
      expect(html).not.toMatch(/<(a|img|link|script|iframe|form|object)\b|url\(|@import|\ssrc=/i);
    }
  });

  it('is under 30 KB, and three changes are, too', () => {
    for (const facts of Object.values(cases)) {
      expect(Buffer.byteLength(render(view(facts)).html)).toBeLessThan(30_000);
    }
  });

  it('is under 60 KB, far from where Gmail cuts it, with sixty changes', () => {
    const { html } = render(view(mailFacts(everyChange.slice(0, 60))));
    expect(Buffer.byteLength(html)).toBeLessThan(60_000);
  });

  it('tells assistive technology what it is: language, one h1, row headers', () => {
    const { html } = render(view(cases['three-changes']));
    expect(html).toContain('<html lang="en" dir="ltr"');
    expect(html.match(/<h1/g)).toHaveLength(1);
    for (const table of html.replace(/<!--.*?-->/gs, '').match(/<table[^>]*>/g) ?? []) {
      expect(table).toMatch(/role="presentation"|class="facts"/);
    }
    expect(html.match(/<th /g)?.length).toBe(html.match(/<th scope="row"/g)?.length);
  });
});

describe('the templates', () => {
  it.each(['layout.mjml', 'text.hbs'])('%s never leaves text unescaped by hand', async (file) => {
    const source = await readFile(new URL(`../../templates/${file}`, import.meta.url), 'utf8');
    expect(source).not.toMatch(/\{\{\{|\{\{~?&/);
  });

  it('refuse a view with a gap', () => {
    const { footer: _, ...rest } = view(cases['passkey-by-self']);
    expect(() => render(rest as MailView)).toThrow('footer');
  });
});
