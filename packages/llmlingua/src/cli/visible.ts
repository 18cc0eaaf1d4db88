/**
 * Text from outside (files, models, command lines) made safe to print. Pure.
 *
 * @module
 */

/** Controls as their pictures (␛), so that a text cannot drive the terminal; bidi overrides too. */
export function visible(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(/\p{Cc}/gu, (control) => {
      const code = control.codePointAt(0) ?? 0;
      if (control === "\n" || control === "\t") return control;
      if (code < 0x20) return String.fromCodePoint(0x2400 + code);
      return code === 0x7f ? "␡" : "�";
    })
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "�");
}

/** The same for what has to stay on one line: line breaks and tabs are shown too. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", "␊").replaceAll("\t", "␉");
}
