import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCard } from "./checks.js";
import { redactPair, redactText } from "./redact.js";

const PEM = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEowIBAAKCAQEA1234567890abcdefghijklmnopqrstuvwxyz+/ABCDEFGHIJ\n".repeat(4)}AbC=\n-----END RSA PRIVATE KEY-----`;

describe("redactText", () => {
  it.each([
    ["Write to jane.doe+x@mail.example.co.uk.", "Write to [EMAIL]."],
    ["<müller@bücher.example>", "<[EMAIL]>"],
    ["key sk-proj-abcDEF0123456789abcdefghijkl, ok", "key [KEY], ok"],
    ["sk-ant-api03-AAAAbbbbCCCC0000dddd-EEEE_ffff", "[KEY]"],
    ["ghp_0123456789abcdefghijklmnopqrstuvwxyz", "[KEY]"],
    ["AKIAIOSFODNN7EXAMPLE is the id", "[KEY] is the id"],
    ["xoxb-123456789012-abcdefghij", "[KEY]"],
    ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "[KEY]"],
    ["AIzaSyA1234567890abcdefghijklmnopqrstuv", "[KEY]"],
    ["Authorization: Bearer abcdefghijklmnopqrstuvwx.yz==", "Authorization: Bearer [KEY]"],
    ["authorization: bearer abcdefghijklmnopqrstuvwx.yz==", "authorization: bearer [KEY]"],
    ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [KEY]"],
    ['{"authorization":"basic YTpi"}', '{"authorization":"basic [KEY]"}'],
    ["curl -H 'Basic dXNlcjpwYXNzd29yZA=='", "curl -H 'Basic [KEY]'"],
    ["redis://:s3cretpass@localhost", "redis://:[KEY]@localhost"],
    ["https://user:tok:en@h/x", "https://user:[KEY]@h/x"],
    ["postgres://me:hunter2@db.example/x", "postgres://me:[KEY]@db.example/x"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123", "[KEY]"],
    [`a\n${PEM}\nb`, "a\n[PRIVATE_KEY]\nb"],
    [`"${PEM.replaceAll("\n", "\\n")}"`, '"[PRIVATE_KEY]"'],
    [`cut: ${PEM.slice(0, 150)}`, "cut: [PRIVATE_KEY]"],
    ["Pay DE89 3704 0044 0532 0130 00 NOW", "Pay [IBAN] NOW"],
    ["GB82WEST12345698765432.", "[IBAN]."],
    ["card 4111 1111 1111 1111, 2027", "card [CARD], 2027"],
    ["5500-0000-0000-0004", "[CARD]"],
    ["378282246310005", "[CARD]"],
    ["from 93.184.216.34:443", "from [IP]:443"],
    ["2001:db8:85a3::8a2e:370:7334 answered", "[IP] answered"],
    ["+49 30 901820 or +1 (415) 555-0132", "[PHONE] or [PHONE]"],
    ["Call (415) 555-0132 or 415-555-0132.", "Call [PHONE] or [PHONE]."],
    ["Tel. 030 1234567, 020 7946 0958, 0171/1234567", "Tel. [PHONE], [PHONE], [PHONE]"],
    ["👩‍💻 a@b.example 👍", "👩‍💻 [EMAIL] 👍"],
  ])("finds what has a form: %s", (text, expected) => {
    expect(redactText(text).value).toBe(expected);
  });

  it.each([
    "It was 2024-01-02 at 12:30:45, or 01-02-2024.",
    "version 1.2.3, 10.15.7, 127.0.0.1",
    "a std::vector<int>::iterator, sk-learn-is-a-library-for-python, @decorator, x@y",
    "4111 1111 1111 1112 has a wrong sum, DE00 3704 0044 0532 0130 00 too",
    "Basic understanding of basic arithmetic, the bearer of news, Basic authorization",
    "http://localhost:8080/a, http://[::1]:80/b@c, https://h/a:b@c",
    "pi is 3.14159265358979323846, 1234567890123456 apples, 10000000000000000",
    "100 200 3000 and 1,000,000,000",
    "[EMAIL] [KEY] [PHONE]",
    "ISBN 978-3-16-148410-0",
    "0.123 456 789, 2^64 = 18446744073709551616",
  ])("leaves the rest alone: %s", (text) => {
    expect(redactText(text)).toEqual({ value: text, found: {} });
  });

  it("counts by kind, over all texts of a pair", () => {
    const messages = [
      { role: "system", content: "a@b.example" },
      { role: "user", content: "c@d.example, AKIAIOSFODNN7EXAMPLE" },
    ] as const;
    const { value, found } = redactPair({ messages, answer: "From 93.184.216.34" });
    expect(found).toEqual({ EMAIL: 2, KEY: 1, IP: 1 });
    expect(value.answer).toBe("From [IP]");
    expect(value.messages[1].content).toBe("[EMAIL], [KEY]");
  });

  it("gives the same for its own result, and never throws", () => {
    const pieces = fc.constantFrom(
      "a@b.co",
      "4111111111111111",
      "+49 30 901820",
      "93.184.216.34",
      "AKIAIOSFODNN7EXAMPLE",
      "DE89370400440532013000",
      "2001:db8::1:2",
      "-----BEGIN PRIVATE KEY-----",
      "://u:p@h",
      "://:p:q@h",
      "Basic YTpi",
      "Bearer ",
      "0171 1234567",
      "[EMAIL]",
    );
    const glue = fc.constantFrom("", " ", "-", ".", "@", ":", "+", "1", "a", "/");
    const text = fc
      .array(fc.oneof(pieces, glue, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 30 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (given) => {
        const { value } = redactText(given);
        expect(redactText(value)).toEqual({ value, found: {} });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    "a",
    "1",
    "1 ",
    "a.",
    "a@",
    "@a.",
    "eyJ",
    "eyJaaaaaaaa.",
    "sk-",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----AAAAAAAAAAAAAAAA",
    "DE89",
    "A1 ",
    "+1",
    "0 1",
    "::",
    "1.",
    "://a:",
    "://:",
    ":a",
    "://",
    "Bearer ",
    "Basic ",
    "Basic YTpi",
    "Authorization: Basic ",
    "Authorization   ",
    "é",
    "👍",
  ])("takes no longer than a second for a megabyte of %j", (piece) => {
    const text = piece.repeat(Math.ceil(2 ** 20 / piece.length));
    const start = performance.now();
    redactText(text);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("isCard", () => {
  it("knows one digit from another", () => {
    const digits = fc.stringMatching(/^4\d{14}$/);
    fc.assert(
      fc.property(digits, (start) => {
        const valid = [..."0123456789"].filter((last) => isCard(start + last));
        expect(valid).toHaveLength(1);
      }),
    );
  });
});
