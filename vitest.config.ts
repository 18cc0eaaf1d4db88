/** Two projects: `unit` (fast, no model) and `model` (the real embedded model, over the built packages). */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          testTimeout: 60_000,
          include: ["packages/*/src/**/*.test.ts"],
          exclude: ["**/*.model.test.ts", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "model",
          include: ["packages/*/test/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
    ],
  },
});
