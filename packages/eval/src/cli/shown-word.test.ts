import { expect, test } from "vitest";
import { quoted } from "./shown-word.js";

test("a word is quoted where a shell would read it otherwise, and keys in URLs go", () => {
  expect(
    ["a/b-1.5,c", "two words", "it's", "$HOME", "", "https://u:key@h/v1?key=k"].map(quoted),
  ).toEqual(["a/b-1.5,c", "'two words'", "'it'\\''s'", "'$HOME'", "''", "'https://h/v1?…'"]);
});
