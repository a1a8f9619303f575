/** The part of MJML 5 that the build uses: the package brings no types. */
declare module 'mjml' {
  export default function mjml(
    source: string,
    options: {
      /** `strict` throws at the first thing that isn't valid MJML. */
      readonly validationLevel: 'strict' | 'soft' | 'skip';
      readonly keepComments: boolean;
      /** Web fonts to link to, by name. */
      readonly fonts: Readonly<Record<string, string>>;
    },
  ): Promise<{ readonly html: string }>;
}
