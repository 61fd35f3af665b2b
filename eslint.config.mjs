import next from "@next/eslint-plugin-next";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

const typescript = ["**/*.{ts,tsx}"];
const tests = ["**/*.test.{ts,tsx}", "src/test/**", "src/server/engine/testing*.ts", "e2e/**"];

/**
 * Makes a rule that forbids some imports in some files, so that the editor shows a wrong import while a person types.
 * Patterns cannot express every rule; src/test/architecture.test.ts follows the imports and checks all of them.
 */
const never = (files, group, message, extra = {}) => ({
  files,
  ignores: tests,
  rules: { "no-restricted-imports": ["error", { patterns: [{ group, message, ...extra }] }] },
});
const outside = ["next", "next/*", "react", "react-dom", "/inngest", "@trpc/*"];

export default defineConfig(
  globalIgnores([
    ".next/",
    ".data/",
    ".run/",
    "src/generated/",
    "playwright-report/",
    "test-results/",
    "next-env.d.ts",
    "node_modules/",
    // made by npm run package
    "packages/trigger-system/trigger-system.mjs",
  ]),
  { files: typescript, extends: [ts.configs.strict] },
  {
    files: typescript,
    rules: {
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none", ignoreRestSiblings: true },
      ],
      // An index in range is known to the loop around it, not to the compiler, and in a test what is missing fails it.
      // The interface, where what is missing is data that did not come, has the rule (below).
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-expressions": ["error", { allowShortCircuit: true, allowTernary: true }],
      "no-restricted-properties": [
        "error",
        { object: "URL", property: "canParse", message: "Use parseUrl: Node 20 answers wrongly after many calls." },
      ],
    },
  },
  {
    // Slow rules that need types, where a forgotten promise loses data.
    files: ["src/server/**/*.ts", "src/cli/**/*.ts", "src/app/**/*.ts", "src/*.ts"],
    ignores: tests,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["src/{app,features,components,lib}/**/*.{ts,tsx}"],
    extends: [reactHooks.configs.flat.recommended],
    plugins: { "@next/next": next },
    rules: {
      ...next.configs.recommended.rules,
      ...next.configs["core-web-vitals"].rules,
      // Both rules are for the React compiler, which is not in use. The first one also refuses a ref that only a
      // callback reads.
      "react-hooks/refs": "off",
      "react-hooks/incompatible-library": "off",
    },
  },
  {
    files: ["src/**/*.tsx"],
    extends: [jsxA11y.flatConfigs.recommended],
    settings: {
      "jsx-a11y": {
        components: {
          Button: "button",
          IconButton: "button",
          Input: "input",
          Table: "table",
          Td: "td",
          Textarea: "textarea",
          Th: "th",
          Tr: "tr",
        },
      },
    },
    rules: {
      // On a phone CSS shows a table as a list. Browsers then drop the roles of the elements, unless HTML names them.
      "jsx-a11y/no-redundant-roles": ["error", { thead: ["rowgroup"], tbody: ["rowgroup"], tr: ["row"] }],
      "jsx-a11y/no-interactive-element-to-noninteractive-role": ["error", { td: ["cell"] }],
      // A scrollable region takes the focus, so that keys can scroll it. A sign with a tooltip takes the focus, so that
      // keys can show the tooltip.
      "jsx-a11y/no-noninteractive-tabindex": ["error", { roles: ["region", "img", "tabpanel"], tags: [] }],
    },
  },
  {
    files: ["src/{app,features,components,lib}/**/*.{ts,tsx}"],
    ignores: tests,
    rules: { "@typescript-eslint/no-non-null-assertion": "error" },
  },
  // These pages hold only one form, and a person who opens one wants to type.
  { files: ["src/features/auth/**/*.tsx"], rules: { "jsx-a11y/no-autofocus": "off" } },
  {
    files: ["**/*.{js,mjs,ts,tsx}"],
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "prefer-const": "error",
      "no-constant-binary-expression": "error",
    },
  },
  {
    // A call with more arguments cannot be read without the declaration. One object as argument names them.
    files: ["src/**/*.{ts,tsx,mjs}", "e2e/**/*.ts"],
    rules: { "max-params": ["error", 3] },
  },
  {
    // Prettier limits the lines of code. This rule limits comments, SQL and templates. A quoted text may stay in one
    // line, because people search for it.
    files: ["**/*.{js,mjs,ts,tsx}"],
    rules: {
      "max-len": [
        "error",
        { code: 120, ignoreUrls: true, ignoreStrings: true, ignoreRegExpLiterals: true, tabWidth: 2 },
      ],
    },
  },
  {
    // A live reload can remove the component of a click before the answer to the click arrives.
    files: ["src/features/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression[callee.object.type='Identifier'][callee.property.name=/^mutate(Async)?$/]" +
            "[arguments.length>1]",
          message: "Callbacks of one call do not run after its component has gone: give them to useMutation.",
        },
      ],
    },
  },
  {
    // The callback of a table of cases has a parameter for each column.
    files: tests,
    rules: {
      "max-params": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: ":function[params.length>3]:not(CallExpression > :function)",
          message: "At most 3 parameters: give the others as one object with named members.",
        },
      ],
    },
  },
  // The program speaks through its log; what a person runs at a terminal may print.
  {
    files: ["src/**/*.{ts,tsx}"],
    ignores: [...tests, "src/cli/**", "src/bench/**", "src/server/engine/bench.ts"],
    rules: { "no-console": "error" },
  },
  // TypeScript declares properties of globalThis with `var`.
  { files: ["src/env.ts", "src/server/runtime.ts"], rules: { "no-var": "off" } },
  never(
    ["src/domain/**"],
    [
      ...outside,
      "node:*",
      "pg",
      "@prisma/*",
      "@/server/*",
      "@/features/*",
      "@/components/*",
      "@/lib/*",
      "@/app/*",
      "@/generated/*",
      "@/env",
    ],
    "domain is pure: it knows zod, re2js, liquidjs, @noble/hashes and itself.",
  ),
  never(
    ["src/server/engine/**"],
    ["@/domain/*", "@/server/services/*", "@/features/*", "@/generated/*"],
    "The engine knows nothing of triggers.",
  ),
  never(
    ["src/server/services/**"],
    [...outside, "@/server/api/*", "@/server/inngest/*", "!@/server/inngest/events", "@/features/*", "@/app/*"],
    "Services know the domain, the server's own tools and the events that they send.",
  ),
  never(
    ["src/server/{api,inngest}/**"],
    ["@/generated/*", "undici", "pg"],
    "Entry points call services; they do not read the database or the network.",
  ),
  // If two entries matched a file, ESLint would obey only the last one. So each folder has one entry.
  never(
    ["src/{components,lib}/**"],
    ["@/features/*", "@/domain/*", "!@/domain/json", "@/app/*", "@/generated/*"],
    "components and lib know no domain but its JSON.",
  ),
  never(["src/features/**"], ["@/app/*", "@/generated/*"], "The interface is told, it does not look."),
);
