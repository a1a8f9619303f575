import { type Answer, Refusal } from '../inbox/answer.ts';
import { captionScript, galleryScript, readPageFile } from './gallery.ts';
import { dressed, schemes } from './looks.ts';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  eml: 'message/rfc822',
};

const document = (name: string, body: string | Buffer): Answer => ({
  kind: 'document',
  type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
  body,
});

/**
 * Answers for what is below `/preview/`: the same page as the command's, with mails made as they are
 * asked for. Throws a Refusal where there is no such thing.
 */
export async function answerPreview(path: string): Promise<Answer> {
  const page = readPageFile(path || 'index.html');
  if (page) return document(path || 'index.html', page);
  // Only now: the templates need not have been compiled before.
  const { kinds, languages, mailOf } = await import('./mails.ts');
  if (path === 'gallery.js') {
    return document(path, galleryScript({ kinds, languages, home: '/' }));
  }
  const [folder, language = '', name = ''] = path.replace(/\.js$/, '').split('/');
  const known = languages.includes(language);
  if (folder === 'captions' && known && path === `captions/${language}.js`) {
    const mails = await Promise.all(kinds.map((kind) => mailOf(kind, language)));
    return document(
      path,
      captionScript(
        language,
        mails.map((mail) => ({ mail, pictures: [] })),
      ),
    );
  }
  const [kindName, ending = '', ...more] = name.split('.');
  const kind = kinds.find((one) => one.name === kindName);
  if (folder === 'mails' && known && kind && path === `mails/${language}/${name}`) {
    const mail = await mailOf(kind, language);
    if (ending === 'txt' && more.length === 0) return document(name, mail.text);
    if (ending === 'eml' && more.length === 0) return document(name, mail.raw);
    const scheme = schemes.find((one) => one === ending);
    const asked = more.join('.') === 'html' ? scheme : ending === 'html' ? 'light' : undefined;
    if (asked) return { kind: 'mail', body: dressed(mail.html, asked) };
  }
  throw new Refusal(404, `There is no /preview/${path}.`);
}
