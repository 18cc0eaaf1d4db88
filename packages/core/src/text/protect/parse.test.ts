import { describe, expect, it } from "vitest";
import { PROTECT_CLASSES, parseProtect } from "../protect.js";

describe("parseProtect", () => {
  it("reads every class, patterns, and texts", () => {
    for (const { name } of PROTECT_CLASSES)
      expect(parseProtect(`@${name}`)).toEqual({ class: name });
    expect(parseProtect("/\\d+/i")).toEqual(/\d+/gi);
    expect(parseProtect("/x/g")).toEqual(/x/g);
    for (const text of ["a/b", "/usr", "Torvik", "@Alice", "@a1", "a@b"]) {
      expect(parseProtect(text)).toBe(text);
    }
  });

  it.each([
    ["", /^protect is empty\. It must not be empty: give a text, \/a pattern\/ or @numbers, /],
    [
      "@number",
      /^protect is "@number", which is no class; there are @numbers, .* write \/@number\/\.$/,
    ],
    ["/(/", /^protect is "\/\(\/", read as a pattern: Invalid regular expression: .* write /],
    ["/usr/bin", /Invalid flags .* write \/\\\/usr\\\/bin\/\.$/],
  ])("says what is wrong with %j and the way out", (raw, message) => {
    expect(() => parseProtect(raw)).toThrow(
      expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(message) }),
    );
  });

  it("suggests patterns that match the text itself", () => {
    expect(parseProtect("/\\/usr\\/bin/")).toEqual(/\/usr\/bin/g);
  });
});
