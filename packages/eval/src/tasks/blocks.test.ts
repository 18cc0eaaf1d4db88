import { expect, it } from "vitest";
import { blocksOf, PARAGRAPH_JOINT, paragraphsOf } from "./blocks.js";

it.each(["a\n\nb", "a\n\n\nb\n\n", "\n\na", "a\n \nb", "👩‍🚀\n\n\n\n\nb", "", "\n\n\n"])(
  "joins the paragraphs of %j to the text again",
  (text) => {
    expect(paragraphsOf(text).join(PARAGRAPH_JOINT)).toBe(text);
  },
);

it("parts blocks at lines of white space and gives no empty one", () => {
  expect(blocksOf("a\nb\n \t\nc\n\n\n")).toEqual(["a\nb", "c"]);
});
