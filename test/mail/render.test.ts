import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { compose } from '../../functions/mail/compose.ts';
import type { MailFacts } from '../../functions/mail/facts.ts';
import { render } from '../../functions/mail/render.ts';
import type { MailView } from '../../functions/mail/view.ts';
import { cases, settings } from './cases.ts';
import { spoken } from './spoken.ts';

const view = (facts: MailFacts): MailView => compose(facts, settings);

describe('HTML and text', () => {
  it.each(Object.entries(cases))('show every fact of the view: %s', (_, facts) => {
    const shown = view(facts);
    const { html, text } = render(shown);
    const said = spoken(html).replace(/\s+/g, ' ');
    for (const { headline, addressed, notice, note, tables, first } of shown.letters) {
      const rows = [...first, ...tables.flatMap((table) => table.rows)];
      const lines = rows.flatMap((row) => [row.label, ...row.lines]);
      for (const fact of [headline, addressed, notice, note, ...lines]) {
        expect(said).toContain(fact);
        expect(text).toContain(fact);
      }
    }
  });
});

describe('the HTML', () => {
  it('escapes what people call themselves and their keys', () => {
    const { html } = render(view(cases['hostile-names']));
    const markup = html.replace(/<!--.*?-->/gs, '');
    expect(markup).not.toMatch(/<script|<img|onerror=/i);
    expect(markup).toContain('&lt;script&gt;');
    expect(markup).toContain('’&gt;&lt;img onerror&#x3D;alert(1)&gt;');
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
    const { letters, ...rest } = view(cases['passkey-by-self']);
    const gap = letters.map(({ headline: _, ...letter }) => letter);
    expect(() => render({ ...rest, letters: gap } as unknown as MailView)).toThrow('headline');
  });
});
