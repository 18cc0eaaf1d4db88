/**
 * Every TypeScript example in READMEs and TSDoc compiles against the built packages.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const folder = "out/examples";
const given = "declare const prompt: string, question: string, documents: string[];\n";
const names = ["compress", "createCompressor", "createHashScorer", "loadCounter"];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const files = execFileSync("git", ["ls-files", "*README.md", "packages/*/src/*.ts"], {
  encoding: "utf8",
})
  .trim()
  .split("\n");
let count = 0;
for (const file of files) {
  const text = readFileSync(file, "utf8").replace(/^ *\* ?/gm, file.endsWith(".ts") ? "" : "$&");
  for (const [, code] of text.matchAll(/```ts\n([\s\S]*?)```/g)) {
    const home = file.startsWith("packages/core") ? "@llmlingua/core" : "llmlingua";
    const missing = names.filter(
      (name) => new RegExp(`(?<![.\\w])${name}\\(`).test(code) && !code.includes("import "),
    );
    const imports = missing.length > 0 ? `import { ${missing.join(", ")} } from "${home}";\n` : "";
    writeFileSync(`${folder}/${++count}.ts`, `// ${file}\n${imports}${given}${code}\nexport {};\n`);
  }
}
writeFileSync(
  `${folder}/tsconfig.json`,
  JSON.stringify({
    extends: "../../tsconfig.base.json",
    compilerOptions: {
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      noUnusedLocals: false,
      types: ["node"],
    },
    include: ["*.ts"],
  }),
);
const { status, stdout } = spawnSync("npx", ["--no-install", "tsc", "-p", folder], {
  encoding: "utf8",
});
console.log(status === 0 ? `${count} examples compile` : stdout);
process.exit(status === 0 && count > 0 ? 0 : 1);
