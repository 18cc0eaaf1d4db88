import { Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { createClassifierGraph } from "./ort-classifier.js";

const probe = Uint32Array.of(1, 2);

function session(logits: Tensor, inputNames = ["input_ids"], outputNames = ["logits"]) {
  return { inputNames, outputNames, run: async () => ({ logits }) };
}

describe("a session's inputs and outputs", () => {
  test("may be input_ids alone; probabilities are the softmax of the second label", async () => {
    const logits = new Tensor("float32", [0, 0, 1, 3], [1, 2, 2]);
    const graph = await createClassifierGraph({ Tensor }, session(logits), "x", probe);
    const [even, likely] = await graph.run(probe);
    expect(even).toBe(0.5);
    expect(likely).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  });

  test.each([
    [
      "a causal model's memory",
      session(new Tensor("float32", [], [0]), ["input_ids", "past"]),
      /input_ids, past/,
    ],
    [
      "hidden states",
      session(new Tensor("float32", [], [0]), undefined, ["last_hidden_state"]),
      /last_hidden/,
    ],
    [
      "three labels",
      session(new Tensor("float32", [0, 0, 0, 0, 0, 0], [1, 2, 3])),
      /found float32 \[1, 2, 3\]/,
    ],
    [
      "half precision",
      session(new Tensor("float16", new Uint16Array(4), [1, 2, 2])),
      /found float16/,
    ],
  ])("of %s are refused", async (_, wrong, message) => {
    await expect(createClassifierGraph({ Tensor }, wrong, "x", probe)).rejects.toMatchObject({
      code: "damaged-model",
      message: expect.stringMatching(message),
    });
  });
});
