import { expect, test } from "vitest";
import { retryAfterMs } from "./retry.js";

test("reads Retry-After in seconds, as a date, and not at all", () => {
  const now = Date.parse("Tue, 03 Mar 2026 10:00:00 GMT");
  expect(retryAfterMs("2", now)).toBe(2000);
  expect(retryAfterMs(" 0.5 ", now)).toBe(500);
  expect(retryAfterMs("Tue, 03 Mar 2026 10:00:07 GMT", now)).toBe(7000);
  expect(retryAfterMs("Tue, 03 Mar 2026 09:00:00 GMT", now)).toBe(0);
  expect(retryAfterMs("", now)).toBeUndefined();
  expect(retryAfterMs("soon", now)).toBeUndefined();
});
