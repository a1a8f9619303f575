/**
 * Does something again when it failed, `tries` times in all. `mayPass` says of what it threw whether
 * another try may help, and does what is to be done before it: waiting, say. Throws the last error.
 */
export async function retry<T>(
  tries: number,
  mayPass: (error: unknown, tried: number) => boolean | Promise<boolean>,
  work: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried >= tries || !(await mayPass(error, tried))) throw error;
    }
  }
}
