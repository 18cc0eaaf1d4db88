import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { protectedSpans } from "../protect.js";
import { isCharacterEdge } from "../segments.js";
import { classSpans, PROTECT_CLASSES, type ProtectClass } from "./classes.js";

const found = (name: ProtectClass, text: string) =>
  protectedSpans(text, [{ class: name }]).map(({ start, end }) => text.slice(start, end));

describe.each<[ProtectClass, [text: string, expected: string[]][]]>([
  [
    "numbers",
    [
      ["It cost -5.3% or US$1,000.50 (≈ €3), 12 USD.", ["-5.3%", "US$1,000.50", "€3", "12 USD"]],
      ["3/4 cup, 10–20 km, 5GB/s, 90°C, 5 %", ["3/4", "10–20", "5GB/s", "90°C", "5 %"]],
      [".5 and 1e-5, 1.5×10⁵ $-5 x² ½", [".5", "1e-5", "1.5×10⁵", "$-5", "x²", "½"]],
      ["COVID-19 on the 3rd, Q4, a 10-minute walk", ["COVID-19", "3rd", "Q4", "10-minute"]],
      ["٣٫٥ १२ ２０２４年 第3章 100万元", ["٣٫٥", "१२", "２０２４年", "第3章", "100万元"]],
      ["one two three, a-b, and/or", []],
      ["end.5 a,b,3 2020—the", ["5", "3", "2020"]],
    ],
  ],
  [
    "identifiers",
    [
      ["call getUserName, set MAX_SIZE or foo()", ["getUserName", "MAX_SIZE", "foo()"]],
      ["plate AB-123-CD, order #W123, ABC-123.", ["AB-123-CD", "#W123", "ABC-123"]],
      [
        "550e8400-e29b-41d4-a716-446655440000 deadbeef 0xFF",
        ["550e8400-e29b-41d4-a716-446655440000", "deadbeef", "0xFF"],
      ],
      ["v1.2.3 os.path.join std::vector 1.2.3", ["v1.2.3", "os.path.join", "std::vector", "1.2.3"]],
      ["ask @alice, a.b+c@d.co, @scope/name", ["@alice", "a.b+c@d.co", "@scope/name"]],
      ["$HOME --flag-name 4502331 00:1b:44", ["$HOME", "--flag-name", "4502331", "00:1b:44"]],
      ["用户getName函数", ["getName"]],
      ["e.g. a well-known decade. Next: i.e. U.S. law", []],
    ],
  ],
  [
    "dates",
    [
      ["2024-03-05T10:30:00Z and 2024-W05-3", ["2024-03-05T10:30:00Z", "2024-W05-3"]],
      ["2024-03-05 10:30:00.123 +0100", ["2024-03-05 10:30:00.123 +0100"]],
      [
        "March 5th, 2024; the 5th of March; Mar 2024",
        ["March 5th, 2024", "the 5th of March", "Mar 2024"],
      ],
      [
        "Tue, 5 Mar 2024 at 10:30 pm, 9am on Monday",
        ["Tue, 5 Mar 2024", "10:30 pm", "9am", "Monday"],
      ],
      ["5/3/2024 or 05.03.24 or 2024/03/05", ["5/3/2024", "05.03.24", "2024/03/05"]],
      ["2024年3月5日10時30分 二〇二四年三月", ["2024年3月5日10時30分", "二〇二四年三月"]],
      ["令和6年 下午3点半 2024년 3월 5일", ["令和6年", "下午3点半", "2024년 3월 5일"]],
      ["I may go in 2024; 1/2 of it, 3-4", []],
    ],
  ],
  [
    "urls",
    [
      ["See https://example.com/a_(b)?x=1#y.", ["https://example.com/a_(b)?x=1#y"]],
      ["(http://a.b) [x](https://z.com/a).", ["http://a.b", "https://z.com/a"]],
      ["www.x.org, mailto:a@b.co; a.b@c.de", ["www.x.org", "mailto:a@b.co", "a.b@c.de"]],
      [
        "example.com/p localhost:80/x 10.0.0.1:80",
        ["example.com/p", "localhost:80/x", "10.0.0.1:80"],
      ],
      ["见https://a.com/路径。然后", ["https://a.com/路径"]],
      ["node.js foo.bar ://x 1://", []],
    ],
  ],
  [
    "paths",
    [
      ["/usr/bin/x ./a ../b ~/x a/b/c dir/", ["/usr/bin/x", "./a", "../b", "~/x", "a/b/c", "dir/"]],
      ["src/text/*.ts, **/x.js, *.md", ["src/text/*.ts", "**/x.js", "*.md"]],
      ["C:\\Program Files\\App\\x.exe and D:\\b.", ["C:\\Program Files\\App\\x.exe", "D:\\b"]],
      ["\\\\srv\\share\\f main.ts:12:5, .env", ["\\\\srv\\share\\f", "main.ts:12:5", ".env"]],
      [
        "(see /etc/hosts) `x/y.ts` [src/a.ts] **a/b.ts**",
        ["/etc/hosts", "x/y.ts", "src/a.ts", "a/b.ts"],
      ],
      ["and/or TCP/IP 1/2 01/02/2020 **bold** // x. https://a/b/c", []],
    ],
  ],
  ["code", [["a `b` c\n```js\nx\n```\nd", ["`b`", "```js\nx\n```"]]]],
  [
    "negations",
    [
      ["I do not, don't, CAN’T, cannot; no one", ["not", "don't", "CAN’T", "cannot", "no"]],
      [
        "Ce n'est pas; nicht, kein; não; не ничего",
        ["n'est", "pas", "nicht", "kein", "não", "не", "ничего"],
      ],
      ["我不知道。他没有钱。别担心。", ["不知道", "没有", "别"]],
      ["特别。非常。别人。无论。", []],
      ["行きませんでした。知らない。", ["ませんでした", "ない"]],
      ["すみません。少ない。notable knot nothingness", []],
    ],
  ],
  [
    "quotes",
    [
      ["\"hello there\" and 'single one'", ['"hello there"', "'single one'"]],
      [
        "“curly ‘in’ it” «fr» « fr » „de“ »x« ‘it’s’",
        ["“curly ‘in’ it”", "«fr»", "« fr »", "„de“", "»x«", "‘it’s’"],
      ],
      ["「日本」《红楼梦》", ["「日本」《红楼梦》"]],
      ['{"k":"v"} 5\' 10" tall', ['"k"', '"v"']],
      ["don't touch the dogs' bone, 'tis the '90s", []],
      ['"never closed\n\nnew" paragraph', []],
      [`"${"x".repeat(400)}"`, []],
    ],
  ],
  [
    "closing-instruction",
    [
      ["A story.\n\nAnswer in JSON. Be brief.\n", ["Answer in JSON. Be brief."]],
      ["A story.\n\nQuestion: what is it?\n\nAnswer:", ["Question: what is it?\n\nAnswer:"]],
      [`${"word ".repeat(80)}. Do it now. Reply in JSON.`, ["Reply in JSON."]],
      [`${"word ".repeat(80)}\nWhat is it?\nA:`, ["What is it?\nA:"]],
      ["w ".repeat(5000), ["w ".repeat(60).trim()]],
      ["  \n \n", []],
    ],
  ],
])("%s", (name, cases) => {
  it.each(cases)("in %j", (text, expected) => {
    expect(found(name, text)).toEqual(expected);
  });
});

const NAMES = PROTECT_CLASSES.map((known) => known.name);
const piece = fc.oneof(
  fc.constantFrom(..."abAB12.,-/\\:@#$%_*'\"`“”«»「」()[] \n年月不ない€é世".split("")),
  fc.constantFrom(
    "https://",
    "www.",
    "not",
    "C:\\",
    "May 5",
    "e\u0301",
    "👩‍👩‍👧",
    "🇩🇪",
    "\r\n",
    "\ud83d",
    "\u0600",
    "\u200d",
    "\n\n",
  ),
);

describe("every class", () => {
  it("gives non-empty spans inside the text; protected ones are sorted, disjoint, whole characters", () => {
    const texts = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(texts, fc.constantFrom(...NAMES), (text, name) => {
        const raw = classSpans(text, name);
        const spans = protectedSpans(text, [{ class: name }]);
        for (const { start, end } of raw) {
          expect(start >= 0 && start < end && end <= text.length).toBe(true);
          expect(spans.some((span) => span.start <= start && end <= span.end)).toBe(true);
        }
        let last = -1;
        for (const { start, end } of spans) {
          expect(start > last && start < end && end <= text.length).toBe(true);
          expect(isCharacterEdge(text, start) && isCharacterEdge(text, end)).toBe(true);
          last = end;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("finds the same text again wherever it stands in a line of its own", () => {
    for (const text of [
      "-5.3%",
      "AB-123-CD",
      "2024-03-05",
      "https://a.com/b",
      "/usr/bin/x",
      "not",
      '"q r"',
    ]) {
      const name = NAMES.find((known) => found(known, text)[0] === text);
      expect(name && found(name, `Before\n${text}\nafter`)).toContain(text);
    }
  });

  const NASTY = [
    "a",
    "1",
    "-",
    "a.",
    "1.",
    "a@",
    "://",
    "/a",
    "C:\\a ",
    '"a ',
    "“",
    "\n \n",
    " ",
    "`a",
    "1不",
    "aB_1-",
    "\u0301",
    "🇩🇪",
    "𝒜",
    "10:30",
    "May 5 ",
    "www.",
    "n'",
    "n' \"a-1@b/c://",
  ];
  it.each(NAMES)("is linear in a megabyte of anything: %s", (name) => {
    const plain = timeOf(() => charactersOf("the quick fox ".repeat(70_000)));
    for (const unit of NASTY) {
      const text = unit.repeat(1_000_000 / unit.length);
      const time = timeOf(() => classSpans(text, name));
      // A quadratic search would take ten thousand times as long; the machine may be busy.
      expect([unit, time < 300 * Math.max(plain, 40)]).toEqual([unit, true]);
    }
  });
});

/** A plain scan: every character is looked at once. */
function charactersOf(text: string): number {
  let count = 0;
  for (const character of text) if (/\p{L}/u.test(character)) count++;
  return count;
}

function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
