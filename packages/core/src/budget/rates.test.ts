import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allot, handBack } from "./rates.js";

const lengths = { instruction: 100, context: 1000, question: 50 };
const paper = { instructionRate: 0.85, questionRate: 0.9, fixedRate: false };
const verbatim = { instructionRate: 1, questionRate: 1, fixedRate: false };

describe("allot (Eq. 2)", () => {
  it("gives the contexts what instruction and question leave of the whole", () => {
    // τ·L = 0.2 · 1150 = 230; 230 − 85 − 45 = 100, so τ_dems = 0.1
    expect(allot(230, lengths, paper)).toEqual({ instruction: 85, context: 100, question: 45 });
    expect(allot(230, lengths, verbatim)).toEqual({ instruction: 100, context: 80, question: 50 });
  });

  it("shrinks instruction and question alike where they alone are too much", () => {
    // 65 is half of 85 + 45
    expect(allot(65, lengths, paper)).toEqual({ instruction: 42.5, context: 0, question: 22.5 });
  });

  it("hands what the contexts cannot hold back to instruction and question", () => {
    // 1139 − 130 = 1009 for contexts of 1000: 9 more for 150 tokens, 0.06 each
    const { instruction, context, question } = allot(1139, lengths, paper);
    expect(context).toBe(1000);
    expect(instruction).toBeCloseTo(85 + 6, 9);
    expect(question).toBeCloseTo(45 + 3, 9);
  });

  it("gives every kind the same share at a fixed rate, at most all", () => {
    expect(allot(115, lengths, { ...paper, fixedRate: true })).toEqual({
      instruction: 10,
      context: 100,
      question: 5,
    });
    expect(allot(9999, lengths, { ...paper, fixedRate: true })).toEqual(lengths);
  });

  it("has nothing to give to nothing", () => {
    const none = { instruction: 0, context: 0, question: 0 };
    expect(allot(0, none, { ...paper, fixedRate: true })).toEqual(none);
    expect(allot(5, none, paper)).toEqual(none);
  });

  it("gives no kind more than it has or less than nothing, and spends all unless a rate is at 1", () => {
    const length = fc.integer({ min: 0, max: 500 });
    const all = fc.record({ instruction: length, context: length, question: length });
    fc.assert(
      fc.property(all, fc.double({ min: 0.01, max: 1, noNaN: true }), (own, rate) => {
        const sum = own.instruction + own.context + own.question;
        const given = allot(rate * sum, own, paper);
        for (const kind of ["instruction", "context", "question"] as const) {
          expect(given[kind]).toBeGreaterThanOrEqual(0);
          expect(given[kind]).toBeLessThanOrEqual(own[kind] + 1e-9);
        }
        const spent = given.instruction + given.context + given.question;
        const isCapped = given.instruction === own.instruction || given.question === own.question;
        if (!isCapped) expect(Math.abs(spent - rate * sum)).toBeLessThan(1e-6);
        expect(spent).toBeLessThan(rate * sum + 1e-6);
      }),
    );
  });
});

describe("handBack (Eq. 3)", () => {
  const budgets = { instruction: 85, context: 100, question: 45 };

  it("raises both rates by the leftover's share of their tokens", () => {
    // Δτ = 6 / 150 = 0.04
    expect(handBack(budgets, lengths, 6)).toEqual({ instruction: 89, context: 100, question: 47 });
  });

  it("never raises a rate above 1", () => {
    expect(handBack(budgets, lengths, 60)).toEqual({
      instruction: 100,
      context: 100,
      question: 50,
    });
  });

  it("changes nothing without leftover, or without instruction and question", () => {
    expect(handBack(budgets, lengths, 0)).toEqual(budgets);
    expect(handBack(budgets, lengths, -5)).toEqual(budgets);
    const alone = { instruction: 0, context: 100, question: 0 };
    expect(handBack(alone, { ...alone, context: 1000 }, 50)).toEqual(alone);
  });
});
