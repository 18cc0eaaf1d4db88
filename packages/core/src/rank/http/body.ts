/**
 * Reads the body of an HTTP answer up to a limit, whatever its headers promise.
 *
 * @module
 */

/** The first `most` bytes of the body as UTF-8, and whether that is all of it; frees the rest. */
export async function readAtMost(
  response: Response,
  most: number,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  if (response.body === null) return { text: "", whole: true };
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), whole: true };
    const room = most - bytes;
    bytes += value.byteLength;
    text += decoder.decode(value.subarray(0, room), { stream: true });
    if (bytes > most) {
      await reader.cancel();
      return { text, whole: false };
    }
  }
}
